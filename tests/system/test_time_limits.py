"""`timeout:` of sources, models and targets: what takes longer is stopped, and nothing else suffers."""

import contextlib
import json
import time

import psycopg2
import pytest

from tests.harness.program import rhumb, write_project

ENDLESS = "SELECT count(*) AS n FROM range(10000000) AS a(i), range(10000000) AS b(j), places WHERE (a.i * b.j) % 7 = id"
LANDING = 'read: { directory: { path: landing, files: "*.csv" } }\ndecode: { csv: {} }\ncolumns: { id: integer }\n'


def project_of(folder, **files):
    return write_project(folder, {"rhumb.yaml": "rhumb: 1\nname: limits\n", "sources/places.yaml": LANDING,
                                  "landing/a.csv": "id\n1\n2\n", **files})


def stopped(project, within=30, env=None):
    """The error of a run that a limit has stopped."""
    start = time.monotonic()
    outcome = rhumb("run", "--json", cwd=project, env=env, check=1)
    assert time.monotonic() - start < within
    errors = outcome.json()["errors"]
    assert [error["code"] for error in errors] == ["timeout"], errors
    return outcome.json(), errors[0]


def statuses(report):
    return {entry["dataset"]: entry["status"] for entry in report["datasets"]}


def test_a_model_over_its_limit_fails_alone(tmp_path):
    project = project_of(tmp_path, **{
        "models/endless.sql": f"-- ---\n-- description: Too much.\n-- timeout: 1 second\n-- ---\n{ENDLESS}\n",
        "models/after.sql": "SELECT n FROM endless\n",
        "models/quick.sql": "SELECT id FROM places\n"})
    report, error = stopped(project)
    assert error["message"] == "building endless was stopped: it took longer than its limit of 1.0 s"
    assert (error["file"], error["line"], error["column"]) == ("models/endless.sql", 3, 13)
    assert "timeout" in error["hint"]
    assert statuses(report) == {"places": "published", "endless": "failed", "after": "not run", "quick": "published"}
    told = json.loads(rhumb("status", "--run", "last", "--json", cwd=project, check=0).out)
    steps = [step for entry in told["datasets"] if entry["dataset"] == "endless" for step in entry["steps"]]
    assert [(step["status"], step["error"]["code"]) for step in steps] == [("failed", "timeout")]
    # With more time, or less to do, it goes on where it stopped.
    (project / "models/endless.sql").write_text("-- ---\n-- timeout: 1 minute\n-- ---\nSELECT 7 AS n\n")
    rhumb("run", cwd=project, check=0)
    assert statuses(rhumb("run", "--json", cwd=project, check=0).json()) in ({}, {
        "places": "unchanged", "endless": "unchanged", "after": "unchanged", "quick": "unchanged"})


def test_the_old_version_stays(tmp_path):
    project = project_of(tmp_path, **{"models/sums.sql": "SELECT sum(id) AS n FROM places\n"})
    rhumb("run", cwd=project, check=0)
    (project / "models/sums.sql").write_text(f"-- ---\n-- timeout: 500 ms\n-- ---\n{ENDLESS}\n")
    stopped(project)
    assert json.loads(rhumb("query", "SELECT n FROM sums", "--json", cwd=project, check=0).out) == [{"n": 3}]


def test_the_projects_limit_holds_where_nothing_else_is_said(tmp_path):
    project = project_of(tmp_path, **{
        "rhumb.yaml": "rhumb: 1\nname: limits\ntimeout: 1 s\n",
        "models/endless.sql": f"{ENDLESS}\n"})
    _, error = stopped(project)
    assert (error["file"], error["line"]) == ("rhumb.yaml", 3)


def test_zero_is_no_limit(tmp_path):
    slow = "SELECT count(*) AS n FROM range(40000) AS a(i), range(40000) AS b(j) WHERE (a.i * b.j) % 7 = 3"
    project = project_of(tmp_path, **{
        "rhumb.yaml": "rhumb: 1\nname: limits\ntimeout: 50 ms\n",
        "sources/places.yaml": LANDING + "timeout: 0 s\n",
        "models/slow.sql": f"-- ---\n-- timeout: 0 s\n-- ---\n{slow}\n"})
    rhumb("run", cwd=project, check=0)


@pytest.fixture
def database(pg_database):
    with contextlib.closing(psycopg2.connect(pg_database)) as connection:
        connection.autocommit = True
        yield connection.cursor(), {"WAREHOUSE_URL": pg_database}


CONNECTION = "rhumb: 1\nname: limits\nconnections: { warehouse: { postgres: \"${WAREHOUSE_URL}\" } }\n"


def test_a_source_over_its_limit(tmp_path, database):
    _, env = database
    project = write_project(tmp_path, {
        "rhumb.yaml": CONNECTION,
        "sources/slow.yaml": "read: { postgres: { connection: warehouse, query: \"SELECT 1 AS id, pg_sleep(60)::text AS s\" } }\n"
                             "changed_when: always\ntimeout: 1 s\n"})
    _, error = stopped(project, env=env)
    assert error["message"].startswith("reading slow was stopped") and error["line"] == 3


def test_a_target_over_its_limit_is_not_switched_and_nothing_stays(tmp_path, database):
    cursor, env = database
    model = "-- ---\n-- publish: {{ to: warehouse, view: shown, timeout: {} }}\n-- ---\nSELECT id FROM places\n"
    project = project_of(tmp_path, **{"rhumb.yaml": CONNECTION, "models/shown.sql": model.format("30 s")})
    rhumb("run", cwd=project, env=env, check=0)
    cursor.execute("CREATE FUNCTION dawdle() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); END'")
    cursor.execute("CREATE EVENT TRIGGER dawdle ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION dawdle()")
    write_project(project, {"landing/b.csv": "id\n3\n", "models/shown.sql": model.format("1 s")})
    report, error = stopped(project, env=env)
    assert "loading shown into shown in warehouse was stopped" in error["message"]
    assert (error["file"], error["line"]) == ("models/shown.sql", 2)
    cursor.execute("SELECT count(*) FROM shown")
    assert cursor.fetchone() == (2,)
    cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'shown_v%'")
    assert cursor.fetchone() == (1,)
    cursor.execute("DROP EVENT TRIGGER dawdle")
    rhumb("run", cwd=project, env=env, check=0)
    cursor.execute("SELECT count(*) FROM shown")
    assert cursor.fetchone() == (3,)
