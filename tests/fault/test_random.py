"""Killed at random moments, and two publishers at once."""

import os
import random
import time

import pytest

from tests.fault.world import Damage, Readers, rows_of


def seed():
    chosen = int(os.environ.get("RHUMB_SEED", time.time_ns() % 1_000_000))
    print(f"again with: RHUMB_SEED={chosen}")
    return chosen


def kill_at_random(world, kills, chance):
    """Files come and change; runs are killed; each file is counted once, whole."""
    for number in range(kills):
        before = world.expected()
        name = chance.choice(["a.csv", "b.csv", f"new{number}.csv"])
        world.land(name, rows_of(100 + number, chance.randint(5, 60)))
        with Readers(world.url, [before, world.expected()]):
            for _ in range(chance.choice([1, 1, 2, 3])):
                child = world.start()
                time.sleep(chance.uniform(0, 1.2))
                child.kill()
                child.communicate()
            world.succeed()
        world.verify(settled=False)


def test_a_run_without_work_clears_away_what_a_dead_one_left(world):
    world.land("c.csv", rows_of(4, 25))
    world.start(fault="retire.begun:kill").communicate()
    assert "up to date" in world.succeed()
    world.verify(settled=False)


@pytest.mark.long
def test_killed_at_random_moments_200_times(world):
    kill_at_random(world, 200, random.Random(seed()))


def test_two_runs_at_once_one_is_told_who_works(world):
    world.land("c.csv", rows_of(4, 25))
    stopped = world.start(fault="build.checked:stall")
    wait_until_stopped(stopped)
    status, said = world.run()
    assert status == 1
    assert "error[busy]" in said and "is being worked on by `rhumb run` (process" in said, said
    stopped.send_signal(18)  # SIGCONT
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 0, out + err
    world.verify()


def test_two_runs_at_once_one_waits(world):
    world.land("c.csv", rows_of(4, 25))
    stopped = world.start(fault="build.checked:stall")
    wait_until_stopped(stopped)
    waiting = world.start("run", "--wait", "1m")
    time.sleep(1)
    assert waiting.poll() is None
    stopped.send_signal(18)
    assert stopped.wait(timeout=60) == 0
    out, err = waiting.communicate(timeout=60)
    assert waiting.returncode == 0 and "up to date" in out, out + err
    assert "waiting: days is being worked on by" in out + err, out + err
    world.verify()


def stand_still_too_long(world):
    """Its lease is over, another run has taken over and published; then it wakes up."""
    world.land("c.csv", rows_of(4, 25))
    stopped = world.start(fault="build.checked:stall")
    wait_until_stopped(stopped)
    world.expire_leases()
    world.succeed()
    stopped.send_signal(18)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 1 and "error[conflict]" in err, out + err
    world.land("d.csv", rows_of(5, 25))
    world.succeed()
    world.verify()


def test_a_run_that_stood_still_too_long_commits_nothing(world):
    stand_still_too_long(world)


@pytest.mark.long
def test_two_publishers_at_once_for_a_while(world):
    chance = random.Random(seed())
    for number in range(40):
        before = world.expected()
        world.land(f"new{number}.csv", rows_of(100 + number, chance.randint(5, 60)))
        with Readers(world.url, [before, world.expected()]):
            runs = [world.start("run", "--wait", "30s"), world.start("run", "--wait", "30s")]
            if chance.random() < 0.5:
                time.sleep(chance.uniform(0, 1))
                chance.choice(runs).kill()
            for run in runs:
                run.communicate(timeout=120)
            world.succeed()
        world.verify(settled=False)


def wait_until_stopped(child):
    for _ in range(600):
        with open(f"/proc/{child.pid}/stat") as stat:
            if stat.read().rpartition(") ")[2].startswith("T"):
                return
        if child.poll() is not None:
            raise Damage(f"it ended instead of stopping: {child.communicate()}")
        time.sleep(0.05)
    raise Damage("it did not stop")
