"""The harness itself: a server that is there while it is needed, and gone afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from tests.harness.postgres import PostgresCluster

HARNESS = Path(__file__).resolve().parents[1] / "harness" / "postgres.py"


def ask(url, sql):
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def run_with_server(*command):
    return subprocess.run(
        [sys.executable, HARNESS, "run", "--", *command], capture_output=True, text=True, timeout=120
    )


def test_database_has_postgis_and_is_fresh(pg_database):
    assert ask(pg_database, "SELECT ST_AsText(ST_Point(1, 2))") == "POINT(1 2)"
    ask(pg_database, "CREATE TABLE only_here (a int)")


def test_each_test_has_its_own(pg_database):
    assert ask(pg_database, "SELECT to_regclass('only_here')") is None


def test_password_is_wanted(pg_cluster, pg_database):
    wrong = pg_database.replace(pg_cluster.password, "another")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(wrong)


def test_kill_and_restart_keep_what_was_committed():
    with PostgresCluster() as cluster:
        url = cluster.create_database()
        ask(url, "CREATE TABLE t AS SELECT 7 AS a")
        cluster.kill()
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(url)
        cluster.restart()
        assert ask(url, "SELECT a FROM t") == 7
        folder = cluster.folder
    assert not folder.exists()


def test_command_gets_the_url_and_its_status_is_ours():
    done = run_with_server("sh", "-c", 'psql -X -A -t -c "SELECT postgis_lib_version()" "$RHUMB_TEST_PG"; exit 7')
    assert done.returncode == 7, done.stderr
    assert done.stdout.startswith("3.")


def test_nothing_is_left_behind():
    done = run_with_server("sh", "-c", 'psql -X -A -t -c "SHOW data_directory" "$RHUMB_TEST_PG"')
    folder = Path(done.stdout.strip())
    assert folder.name == "data"
    assert not folder.parent.exists()
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert os.fspath(folder) not in running
