"""The program dies, stops or fails at every boundary between two steps.

A plain `run` afterwards must leave everything as if nothing had happened, and readers must never
have seen anything but whole versions.
"""

import pytest

from tests.fault.world import fail_then_mend, known_points, rows_of

STEPS = [name for kind, name in known_points() if kind == "step"]
FIRST = [name for name in STEPS if name.startswith("state.")]  # passed when a store is made
POINTERS = [name for name in STEPS if name.startswith("pointer.")]  # test_ways.py
ERASING = [name for name in STEPS if name.startswith("erase.")]  # test_erase.py
# What fails there is made up for later, and fails no run.
TIDYING = ("retire.", "clean-up.", "commit.manifest-put")
LATER = [name for name in STEPS if name not in FIRST + POINTERS + ERASING]


def change(world):
    """A new file, and new content under an old name: every kind of work is to be done."""
    before = world.expected()
    world.land("b.csv", rows_of(3, 35))
    world.land("c.csv", rows_of(4, 25))
    return before, world.expected()


def fails_and_is_mended(world, point, action):
    swept = not (action == "error" and point.startswith("clean-up."))
    status, said = fail_then_mend(world, f"{point}:{action}", change, swept)
    assert "fault: " in said, f"no run passes {point}:\n{said}"
    assert "internal" not in said
    if action == "error":
        assert status == (0 if point.startswith(TIDYING) else 1), said


def power_goes(world, point):
    status, said = fail_then_mend(world, f"{point}:power-cut", change)
    assert "fault: " in said, f"no run passes {point}:\n{said}"
    assert status == -9


def power_goes_at_the_very_first_run(world, point):
    status, said = world.run(fault=f"{point}:power-cut")
    assert "fault: " in said and status == -9, said
    world.succeed()
    world.verify()


def test_the_program_lists_its_points():
    assert len(STEPS) > 20, "rhumb_faulty is not built, or lists nothing"


@pytest.mark.parametrize("point", FIRST)
def test_the_power_goes_at_the_very_first_run(fresh_world, point):
    power_goes_at_the_very_first_run(fresh_world, point)


@pytest.mark.parametrize("point", LATER)
def test_the_power_goes(world, point):
    power_goes(world, point)


@pytest.mark.long
@pytest.mark.parametrize("action", ["exit", "kill", "error", "disk-full", "connection-cut"])
@pytest.mark.parametrize("point", LATER)
def test_it_fails(world, point, action):
    fails_and_is_mended(world, point, action)
