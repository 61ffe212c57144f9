"""A bug that throws: it is reported as one, whatever thread it is on, and costs no version."""

import pytest

from tests.fault.world import rows_of


@pytest.mark.parametrize("point", ["read.written", "build.checked", "stage.loaded", "run.begun", "commit.begun"])
def test_an_exception_is_an_internal_error(world, point):
    world.land("c.csv", rows_of(4, 25))
    status, said = world.run(fault=f"{point}:throw")
    assert status == 70, said
    assert f"error[internal]: a defect of rhumb: thrown on purpose at {point}" in said
    assert "report it" in said and "terminate" not in said
    world.succeed()
    world.verify(settled=False)
    assert "up to date" in world.succeed()
