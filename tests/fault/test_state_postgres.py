"""The same promises with the state in PostgreSQL: processes and the server die at the worst moments."""

import random
import time

import pytest

from tests.fault.conftest import copy_of, published_world
from tests.fault.test_points import FIRST, LATER, fails_and_is_mended, power_goes, power_goes_at_the_very_first_run
from tests.fault.test_random import kill_at_random, seed, stand_still_too_long, wait_until_stopped
from tests.fault.world import World, rows_of
from tests.harness.postgres import PostgresCluster

# Boundaries of what the state is asked to remember; the others are passed in the long test.
REMEMBERED = [name for name in LATER if name.startswith(("read.", "commit.", "run.", "clean-up."))]


@pytest.fixture(scope="session")
def first_pg_world(tmp_path_factory, pg_cluster):
    return published_world(tmp_path_factory.mktemp("fault") / "pg", pg_cluster, True)


@pytest.fixture
def pg_world(first_pg_world, tmp_path, pg_cluster):
    yield from copy_of(first_pg_world, tmp_path / "world", pg_cluster)


@pytest.mark.parametrize("point", FIRST)
def test_the_power_goes_at_the_very_first_run(tmp_path, pg_database, point):
    world = World.create(tmp_path / "world", pg_database, True)
    world.land("a.csv", rows_of(1, 40))
    power_goes_at_the_very_first_run(world, point)


@pytest.mark.parametrize("point", REMEMBERED)
def test_the_power_goes(pg_world, point):
    power_goes(pg_world, point)


@pytest.mark.long
@pytest.mark.parametrize("action", ["exit", "kill", "error", "disk-full", "connection-cut", "power-cut"])
@pytest.mark.parametrize("point", LATER)
def test_it_fails(pg_world, point, action):
    fails_and_is_mended(pg_world, point, action)


def test_two_runs_at_once_count_each_file_once(pg_world):
    for number in range(3):
        pg_world.land(f"new{number}.csv", rows_of(100 + number, 30))
        runs = [pg_world.start("run", "--wait", "60s") for _ in range(2)]
        for run in runs:
            out, err = run.communicate(timeout=120)
            assert run.returncode == 0, out + err
        pg_world.verify(settled=False)
    with_order = pg_world.state().execute("SELECT dataset, version, previous FROM versions WHERE previous > 0").fetchall()
    assert with_order and all(row["version"] == row["previous"] + 1 for row in with_order)


def test_one_of_two_runs_is_killed_and_the_other_takes_over(pg_world):
    pg_world.land("c.csv", rows_of(4, 25))
    first = pg_world.start(fault="build.checked:stall")
    wait_until_stopped(first)
    second = pg_world.start("run", "--wait", "60s")
    time.sleep(0.5)
    assert second.poll() is None, "it waits for the lease"
    first.kill()
    out, err = second.communicate(timeout=60)
    assert second.returncode == 0, out + err
    first.communicate()
    pg_world.land("d.csv", rows_of(5, 25))
    pg_world.succeed()
    pg_world.verify()


def test_a_run_that_stood_still_too_long_commits_nothing(pg_world):
    stand_still_too_long(pg_world)


@pytest.mark.long
def test_a_run_that_stands_still_within_its_commit_loses_the_lock(pg_world):
    """The server ends its session after a minute; another run takes over; it wakes up and writes nothing."""
    pg_world.land("c.csv", rows_of(4, 25))
    stopped = pg_world.start(fault="commit.indexed:stall")
    wait_until_stopped(stopped)
    out, err = pg_world.start("run", "--wait", "2m").communicate(timeout=150)
    assert "Published" in out + err, out + err
    stopped.send_signal(18)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 1 and "error[conflict]" in err, out + err
    pg_world.verify(settled=False, swept=False)
    pg_world.land("d.csv", rows_of(5, 25))
    pg_world.succeed()
    pg_world.verify()


def test_runs_are_killed_at_random(pg_world):
    kill_at_random(pg_world, 4, random.Random(seed()))


@pytest.mark.long
def test_runs_are_killed_at_random_100_times(pg_world):
    kill_at_random(pg_world, 100, random.Random(seed()))


@pytest.mark.long
def test_pairs_of_runs_for_a_while(pg_world):
    chance = random.Random(seed())
    for number in range(30):
        pg_world.land(f"new{number}.csv", rows_of(100 + number, chance.randint(5, 60)))
        runs = [pg_world.start("run", "--wait", "30s") for _ in range(2)]
        if chance.random() < 0.6:
            time.sleep(chance.uniform(0, 1))
            chance.choice(runs).kill()
        for run in runs:
            run.communicate(timeout=120)
        pg_world.succeed()
        pg_world.verify(settled=False)


def kill_server_often(folder, times):
    """Whatever the run says of it: afterwards a plain run makes everything right."""
    chance = random.Random(seed())
    outlived = 0
    with PostgresCluster() as cluster:
        world = World.create(folder, cluster.create_database(), True)
        world.land("a.csv", rows_of(1, 40))
        world.succeed()
        for number in range(times):
            world.land(f"new{number}.csv", rows_of(100 + number, chance.randint(5, 60)))
            run = world.start()
            time.sleep(chance.uniform(0.05, 0.9))
            cluster.kill_server()
            time.sleep(chance.uniform(0, 0.5))
            cluster.restart()
            out, err = run.communicate(timeout=180)
            assert "internal" not in err, out + err
            outlived += run.returncode == 0
            world.succeed()
            world.verify(settled=False)
    print(f"{outlived} of {times} runs outlived their server")


def test_the_server_is_killed(tmp_path):
    kill_server_often(tmp_path / "world", 3)


@pytest.mark.long
def test_the_server_is_killed_30_times(tmp_path):
    kill_server_often(tmp_path / "world", 30)
