"""`rhumb erase` dies or fails at every step boundary: a plain `run` afterwards finishes it.

Readers see all rows or all but the erased one. Wherever the state lies.
"""

import contextlib
import json

import psycopg2
import pytest

from tests.fault.conftest import copy_of
from tests.fault.test_points import ERASING, LATER
from tests.fault.test_state_postgres import first_pg_world  # noqa: F401
from tests.fault.world import DATASETS, KEPT_TABLES, Readers, demand, equal

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
