"""No space left, at every write of every file: the engine's, SQLite's and ours.

The run says so in words, the old versions stay, and a run with room again brings everything up to
date.
"""

import pytest

from tests.fault.test_points import change
from tests.fault.world import Readers

# In continuous integration every so-manieth write, so that all kinds of files have their turn.
STRIDE = 17


def full_at(world, nth):
    versions = change(world)
    with Readers(world.url, versions):
        status, said = world.run(fault=f"disk.write:disk-full:{nth}")
        assert "fault: " in said, said
        if status != 0:
            assert "error[disk-full]" in said, said
        world.succeed()
    world.verify(settled=False)
    return status, said


def count_writes(twin, tmp_path):
    change(twin)
    return twin.counts(tmp_path / "counts")["disk.write"]


def test_at_some_writes(world, tmp_path, pg_cluster):
    total = count_writes(world.twin(tmp_path / "twin", pg_cluster), tmp_path)
    assert total > 3 * STRIDE, "the engine's writes were not counted"
    failed = set()
    for nth in range(2, total, STRIDE):
        twin = world.twin(tmp_path / f"at{nth}", pg_cluster)
        status, _ = full_at(twin, nth)
        failed.add(status)
    assert 1 in failed


@pytest.mark.long
def test_at_every_write(world, tmp_path, pg_cluster):
    for nth in range(1, count_writes(world.twin(tmp_path / "twin", pg_cluster), tmp_path) + 1):
        full_at(world.twin(tmp_path / f"at{nth}", pg_cluster), nth)
