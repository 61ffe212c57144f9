"""The other ways to publish die and fail as well: a pointer between two slots, rows added in place.

Also while views become pointers. Readers must never see anything but whole versions.
"""

import pytest

from tests.fault.test_points import POINTERS, STEPS
from tests.fault.world import fail_then_mend, rows_of

PUBLISHING = [name for name in STEPS if name.startswith(("stage.", "switch.", "retire."))]
IN_USE = PUBLISHING + [name for name in POINTERS if name != "pointer.made"]
MOVING = PUBLISHING + ["pointer.made"]
TARGETS = 3


def append(world):
    """A new file and nothing else: its rows go into the visible table, sums are made anew."""
    before = world.expected()
    world.land("c.csv", rows_of(4, 25))
    return before, world.expected()


def move(world):
    """The same, with views that are to become pointers."""
    world.publish_in_other_ways()
    return append(world)


def test_rows_are_added_in_place(other_world):
    append(other_world)
    assert "new rows only" in other_world.succeed()
    other_world.verify()


@pytest.mark.parametrize("point", IN_USE)
def test_the_power_goes(other_world, point):
    status, said = fail_then_mend(other_world, f"{point}:power-cut", append)
    assert "fault: " in said, f"no run passes {point}:\n{said}"
    assert status == -9


@pytest.mark.parametrize("point", MOVING)
def test_the_power_goes_while_views_become_pointers(world, point):
    status, said = fail_then_mend(world, f"{point}:power-cut", move)
    assert "fault: " in said, f"no run passes {point}:\n{said}"
    assert status == -9


@pytest.mark.long
@pytest.mark.parametrize("nth", range(1, TARGETS + 1))
@pytest.mark.parametrize("action", ["kill", "error", "connection-cut"])
@pytest.mark.parametrize("point", IN_USE)
def test_it_fails(other_world, point, action, nth):
    """At some of the points there are fewer passings than targets; then nothing fails."""
    status, said = fail_then_mend(other_world, f"{point}:{action}:{nth}", append)
    assert nth > 1 or "fault: " in said, f"no run passes {point}:\n{said}"
    assert "internal" not in said
