"""Steps that do not need each other run side by side, within `--jobs` and the project's memory."""

import sqlite3

import pytest

from tests.harness.program import query, rhumb, write_project

SLOW = """read: {{ postgres: {{ connection: warehouse, query: "SELECT {n} AS n FROM pg_sleep(1.5)" }} }}
changed_when: always
"""
COUNT = "SELECT a.n + b.n AS n FROM a, b\n"


@pytest.fixture
def project(tmp_path, pg_database):
    write_project(tmp_path, {
        "rhumb.yaml": "rhumb: 1\nname: side_by_side\nconnections:\n  warehouse: { postgres: { url: \"${WAREHOUSE_URL}\" } }\n",
        "sources/a.yaml": SLOW.format(n=1),
        "sources/b.yaml": SLOW.format(n=2),
        "models/joined.sql": COUNT,
    })
    return tmp_path, {"WAREHOUSE_URL": pg_database}


def spans(folder):
    """Dataset -> (begin, end) in seconds of its longest step in the newest run."""
    [state] = folder.rglob("state.db")
    with sqlite3.connect(f"file:{state}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT dataset, recorded_at / 1e6 - seconds, recorded_at / 1e6 FROM steps "
            "WHERE run = (SELECT id FROM runs ORDER BY started_at DESC LIMIT 1) ORDER BY seconds").fetchall()
    return {dataset: (begin, end) for dataset, begin, end in rows}


def overlap(one, other):
    return min(one[1], other[1]) - max(one[0], other[0])


def test_two_sources_are_read_at_once(project):
    folder, env = project
    rhumb("run", "--jobs", 2, cwd=folder, env=env, check=0)
    times = spans(folder)
    assert overlap(times["a"], times["b"]) > 0.5, times
    assert times["joined"][0] >= max(times["a"][1], times["b"][1]) - 0.05, "the model waits for both"
    assert query("SELECT n FROM joined", cwd=folder, env=env) == [{"n": 3}]


def test_one_job_is_one_step_at_a_time(project):
    folder, env = project
    rhumb("run", "--jobs", 1, cwd=folder, env=env, check=0)
    times = spans(folder)
    assert overlap(times["a"], times["b"]) < 0.05, times


def test_a_failure_stops_what_needs_it_and_lets_the_rest_end(project):
    folder, env = project
    write_project(folder, {
        "sources/a.yaml": SLOW.format(n="1 / (random() * 0)::int"),
        "models/only_b.sql": "SELECT n FROM b\n",
    })
    done = rhumb("run", "--jobs", 2, "--json", cwd=folder, env=env)
    assert done.status != 0
    became = {outcome["dataset"]: outcome["status"] for outcome in done.json()["datasets"]}
    assert became == {"a": "failed", "b": "published", "joined": "not run", "only_b": "published"}


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1000"])
def test_jobs_must_be_a_small_number(project, jobs):
    folder, env = project
    done = rhumb("run", f"--jobs={jobs}", cwd=folder, env=env)
    assert done.status == 2 and "--jobs must be 1 to" in done.err
