"""Random choices that can be written down, replayed and made simpler.

A generator asks `Choices` for numbers; 0 should lead to the simplest thing. What it asked for is a
list of numbers, and a failing list is shrunk by leaving parts out and making numbers smaller.
"""

import random


class Choices:
    """Numbers from a seed, or from a list with zeros after its end."""

    def __init__(self, seed=None, given=None):
        self._random = random.Random(seed)
        self._given = given
        self.taken = []

    def below(self, n):
        """A number from 0 to n - 1."""
        at = len(self.taken)
        if self._given is None:
            value = self._random.randrange(n)
        else:
            value = self._given[at] % n if at < len(self._given) else 0
        self.taken.append(value)
        return value

    def pick(self, options):
        return options[self.below(len(options))]

    def chance(self, percent):
        """True in that many of 100 cases; the simplest is no."""
        return self.below(100) >= 100 - percent


def shrink(taken, fails, tries=400):
    """A list as short and small as could be found for which `fails` still holds."""
    best = list(taken)
    size = max(1, len(best) // 2)
    while size >= 1 and tries > 0:
        at, changed = 0, False
        while at < len(best) and tries > 0:
            for candidate in (best[:at] + best[at + size:],
                              best[:at] + [0] * len(best[at:at + size]) + best[at + size:]):
                tries -= 1
                if candidate != best and fails(candidate):
                    best, changed = candidate, True
                    break
            else:
                at += size
        if not changed:
            size //= 2
    return best
