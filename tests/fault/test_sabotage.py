"""Bugs put in on purpose: a harness that does not notice them would prove nothing."""

import pytest

from tests.fault.test_points import change
from tests.fault.world import Damage, Readers


SYNCS = ("disk.sync-data", "disk.sync-folder", "disk.sync")


def noticed(world, fault):
    """Whether a run with that fault leaves damage behind."""
    change(world)
    world.run(fault=fault)
    try:
        world.succeed()
        world.verify(settled=False)
    except Damage:
        return True
    return False


def test_a_data_file_that_was_not_synced_before_the_commit_is_noticed(world):
    assert noticed(world, "disk.sync-data:skip:1,run.done:power-cut")


def test_folders_that_were_not_synced_before_the_commit_are_noticed(world):
    assert noticed(world, "disk.sync-folder:skip:0,run.done:power-cut")


def test_the_same_power_cut_does_no_harm_when_all_is_synced(world):
    assert not noticed(world, "run.done:power-cut")


@pytest.mark.long
def test_every_sync_of_a_data_file_is_needed(world, tmp_path, pg_cluster):
    """Of the other syncs some are for files that nobody needs after a crash; how many is printed."""
    counted = world.twin(tmp_path / "counted", pg_cluster)
    change(counted)
    counts = counted.counts(tmp_path / "counts")
    for kind in SYNCS:
        found = [nth for nth in range(1, counts[kind] + 1)
                 if noticed(world.twin(tmp_path / f"{kind}{nth}", pg_cluster), f"{kind}:skip:{nth},run.done:power-cut")]
        print(f"{kind}: {len(found)} of {counts[kind]} noticed when left out")
        if kind == "disk.sync-data":
            assert len(found) == counts[kind]


def test_a_ledger_without_its_row_is_noticed(world):
    change(world)
    world.run(fault="ledger.insert:skip")
    with pytest.raises(Damage, match="ledger"):
        world.succeed()
        world.verify(settled=False)


def test_a_table_that_is_empty_for_a_moment_is_noticed(world):
    versions = change(world)
    with pytest.raises(Damage, match="saw 0 rows"), Readers(world.url, versions):
        world.run(fault="switch.sent:skip")
