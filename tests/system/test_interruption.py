"""Ctrl-C, kill -9 and two runs at once: nothing half-done is visible, nothing is lost or doubled."""

import os
import random
import shutil
import signal
import subprocess
import time

import psycopg2
import pytest

from tests.harness.program import ROOT, binary, query, rhumb

ROWS = 120_000


@pytest.fixture
def project(tmp_path, pg_database):
    folder = tmp_path / "trips"
    shutil.copytree(ROOT / "examples" / "trips", folder, ignore=shutil.ignore_patterns(".rhumb"))
    (folder / "landing/trips/sample.csv").unlink()
    subprocess.run(["python3", folder / "generate.py", folder / "landing/trips", "--rows", str(ROWS), "--files", "3"], check=True)
    return folder, {"WAREHOUSE_URL": pg_database}


def start(folder, env):
    return subprocess.Popen([binary(), "run"], cwd=folder, env={**os.environ, "NO_COLOR": "1", **env},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def published(url):
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('analytics.region_weeks')")
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute("SELECT sum(trips) FROM analytics.region_weeks")
        return cursor.fetchone()[0]


def test_ctrl_c_says_so_and_the_next_run_goes_on(project):
    folder, env = project
    child = start(folder, env)
    time.sleep(0.6)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode in (0, 130), err
    if child.returncode == 130:
        assert "Cancelled" in out
        assert published(env["WAREHOUSE_URL"]) is None
    rhumb("run", cwd=folder, env=env)
    assert published(env["WAREHOUSE_URL"]) == ROWS


def test_killed_anywhere_a_repeated_run_ends_with_every_row_once(project):
    folder, env = project
    seed = int(os.environ.get("RHUMB_SEED", time.time_ns() % 1_000_000))
    print("seed", seed)
    moments = random.Random(seed)
    for _ in range(6):
        child = start(folder, env)
        time.sleep(moments.uniform(0.1, 2.0))
        child.kill()
        child.communicate()
        assert published(env["WAREHOUSE_URL"]) in (None, ROWS)
    rhumb("run", cwd=folder, env=env)
    assert published(env["WAREHOUSE_URL"]) == ROWS
    assert query("SELECT count(*) AS n FROM trips_csv", folder, env) == [{"n": ROWS}]
    assert query("SELECT sum(trips) AS n FROM trip_groups", folder, env) == [{"n": ROWS}]


def test_two_runs_at_once_end_with_every_row_once(project):
    folder, env = project
    children = [start(folder, env), start(folder, env)]
    for child in children:
        child.communicate(timeout=120)
    rhumb("run", cwd=folder, env=env)
    assert query("SELECT sum(trips) AS n FROM trip_groups", folder, env) == [{"n": ROWS}]
    assert published(env["WAREHOUSE_URL"]) == ROWS
