"""`rhumb erase` dies or fails at every step boundary: a plain `run` afterwards finishes it.

Readers see all rows or all but the erased one. Wherever the state lies.
"""

import contextlib
import json
import random
import signal
import time

import psycopg2
import pytest

from tests.fault.conftest import copy_of
from tests.fault.test_points import ERASING, LATER
from tests.fault.test_random import seed, wait_until_stopped
from tests.fault.test_state_postgres import first_pg_world  # noqa: F401
from tests.fault.world import DATASETS, KEPT_TABLES, Readers, demand, equal, rows_of

GONE = 1005  # an id of a.csv
PASSED = [name for name in ERASING + LATER if not name.startswith("read.")]
# The others are passed in the long test.
SOME = ERASING + ["adopt.moved", "commit.indexed", "commit.done", "build.checked", "stage.loaded", "switch.begun",
                  "switch.done", "retire.dropped", "clean-up.forgotten", "clean-up.removed"]


@pytest.fixture(params=["file", "postgres"])
def any_world(request, tmp_path, pg_cluster):
    """Several versions of everything, with the state in a file or on a server."""
    name = {"file": "first_world", "postgres": "first_pg_world"}[request.param]
    yield from copy_of(request.getfixturevalue(name), tmp_path / "world", pg_cluster)


def erase(world, fault):
    before = world.expected()
    world.landed["a.csv"] = [row for row in world.landed["a.csv"] if row[0] != GONE]
    with Readers(world.url, (before, world.expected())):
        return world.run("erase", "landed", "--where", f"id={GONE}", fault=fault)


def start_erasing(world, fault):
    world.landed["a.csv"] = [row for row in world.landed["a.csv"] if row[0] != GONE]
    child = world.start("erase", "landed", "--where", f"id={GONE}", fault=fault)
    wait_until_stopped(child)
    return child


def verify_erased(world):
    world.verify()
    with contextlib.closing(world.state()) as state:
        for dataset in DATASETS:
            kept = state.execute("SELECT version FROM versions WHERE dataset = ?", (dataset,)).fetchall()
            equal(f"versions of {dataset}", len(kept), 1)
    with contextlib.closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'fault'::regnamespace AND relkind = 'r'")
        equal("tables behind the views", cursor.fetchone()[0], len(KEPT_TABLES))
    documents = list((world.store / "erasures/landed").iterdir())
    equal("documents", len(documents), 1)
    document = json.loads(documents[0].read_text())
    equal("what the receipt says", (document["complete"], document["rows"], document["values"]), (True, 1, []))
    demand("up to date" in world.succeed(), "there is still something to do")


@pytest.mark.parametrize("point", SOME)
def test_the_power_goes(any_world, point):
    status, said = erase(any_world, f"{point}:power-cut")
    assert "fault: " in said and status == -9, f"no erasure passes {point}:\n{said}"
    any_world.succeed()
    verify_erased(any_world)


@pytest.mark.long
@pytest.mark.parametrize("action", ["kill", "error", "disk-full", "connection-cut", "power-cut"])
@pytest.mark.parametrize("point", PASSED)
def test_it_fails(any_world, point, action):
    status, said = erase(any_world, f"{point}:{action}")
    assert "fault: " in said, f"no erasure passes {point}:\n{said}"
    assert "internal" not in said
    any_world.succeed()
    verify_erased(any_world)


def test_who_works_meanwhile_is_told(any_world):
    stopped = start_erasing(any_world, "erase.committed:stall")
    status, said = any_world.run()
    assert status == 1
    assert "error[busy]" in said and "is being worked on by `rhumb erase` (process" in said, said
    status, said = any_world.run("doctor")
    assert status == 1 and "is not finished" in said, said
    stopped.send_signal(signal.SIGCONT)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 0, out + err
    verify_erased(any_world)


def test_one_that_stood_still_too_long_changes_nothing(any_world):
    """A run takes over and finishes; who wakes up has written files, and can commit none."""
    stopped = start_erasing(any_world, "erase.written:stall")
    any_world.expire_leases()
    any_world.succeed()
    stopped.send_signal(signal.SIGCONT)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 1 and "error[conflict]" in err, out + err
    any_world.land("c.csv", rows_of(4, 25))
    any_world.succeed()
    any_world.verify()


@pytest.mark.long
def test_killed_at_random_moments(any_world):
    """Until each is finished by a run; every one erases another row."""
    chance = random.Random(seed())
    for number in range(30):
        gone = any_world.landed["a.csv"].pop()[0]
        child = any_world.start("erase", "landed", "--where", f"id={gone}")
        time.sleep(chance.uniform(0, 1.5))
        child.kill()
        child.communicate()
        # Killed before it had written down what is to go, nothing has begun.
        begun = any_world.store / "erasures/landed"
        if not begun.exists() or len(list(begun.glob("*.json"))) <= number:
            any_world.succeed("erase", "landed", "--where", f"id={gone}")
        any_world.succeed()
        any_world.verify()
