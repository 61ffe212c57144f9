"""A store that was restored uses version numbers again which its targets may show with other rows."""

import shutil

import pytest

from tests.fault.world import rows_of


@pytest.fixture(params=["world", "other_world"], ids=["views", "other ways"])
def published(request):
    return request.getfixturevalue(request.param)


def lose_and_restore(world, folder):
    """Back to the moment of the backup, while the targets show what came after it."""
    world.succeed("backup", str(folder))
    landed = dict(world.landed)
    world.land("c.csv", rows_of(4, 25))
    world.succeed()
    world.verify()
    shutil.rmtree(world.store)
    world.succeed("restore", str(folder))
    (world.folder / "landing/c.csv").unlink()
    world.landed = landed


@pytest.mark.parametrize("point", ["commit.done", "switch.begun", "switch.done"])
def test_other_rows_under_a_number_that_the_target_shows(published, tmp_path, point):
    lose_and_restore(published, tmp_path / "backup")
    published.land("e.csv", rows_of(6, 25))
    status, said = published.run(fault=f"{point}:kill")
    assert status == -9, said
    # The store has the number of the version that the target shows, and other rows.
    published.land("f.csv", rows_of(7, 15))
    published.succeed()
    published.verify(settled=False)
    assert "up to date" in published.succeed()


def test_nothing_but_the_restore(published, tmp_path):
    lose_and_restore(published, tmp_path / "backup")
    published.succeed()
    published.verify(settled=False)
    assert "up to date" in published.succeed()


def test_the_same_number_and_nothing_else_to_do(published, tmp_path):
    lose_and_restore(published, tmp_path / "backup")
    published.land("e.csv", rows_of(6, 25))
    assert published.run(fault="switch.begun:kill")[0] == -9
    published.succeed()
    published.verify(settled=False)
