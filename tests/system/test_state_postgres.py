"""`store: { state: CONNECTION }`: the state moves into PostgreSQL and is used from there."""

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from tests.harness.pgbouncer import PgBouncer
from tests.harness.program import query, rhumb, write_project

PROJECT = {
    "rhumb.yaml": """
rhumb: 1
name: Kept Apart
connections:
  ledger: { postgres: "${LEDGER_URL}" }
""",
    "sources/places.yaml": """
read: { directory: { path: landing, files: "*.csv" } }
decode: { csv: {} }
columns: { id: bigint, name: text }
bad_rows: { stop_above: 90% }
""",
    "models/names.sql": "SELECT name, count(*) AS n FROM places GROUP BY name\n",
    "landing/a.csv": "id,name\n1,one\n2,two\nx,three\n",
}
STORE = "store: { state: ledger }\n"


@pytest.fixture
def env(pg_database):
    return {"LEDGER_URL": pg_database}


def use_postgres(folder, store=STORE):
    write_project(folder, {"rhumb.yaml": PROJECT["rhumb.yaml"] + store})


def ask(url, sql):
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def test_it_works_as_with_a_file(tmp_path, env):
    write_project(tmp_path, PROJECT)
    use_postgres(tmp_path)
    rhumb("run", cwd=tmp_path, env=env, check=0)
    assert "up to date" in rhumb("run", cwd=tmp_path, env=env, check=0).out
    assert query("SELECT dataset, version FROM rhumb_versions ORDER BY 1", tmp_path, env) == [
        {"dataset": "names", "version": 1}, {"dataset": "places", "version": 1}]
    assert query("SELECT name, row_count, rejected FROM rhumb_inputs", tmp_path, env) == [
        {"name": "a.csv", "row_count": 2, "rejected": 1}]
    assert query("SELECT raw FROM rhumb_quarantine", tmp_path, env) == [{"raw": "x,three"}]
    write_project(tmp_path, {"landing/a.csv": "id,name\n1,one\n"})
    rhumb("run", cwd=tmp_path, env=env, check=0)
    assert query("SELECT * FROM names", tmp_path, env) == [{"name": "one", "n": 1}]
    rhumb("rollback", "names", cwd=tmp_path, env=env, check=0)
    assert query("SELECT count(*) AS n FROM names", tmp_path, env) == [{"n": 2}]
    assert not (tmp_path / ".rhumb/prod/state.db").exists()
    assert ask(env["LEDGER_URL"], "SELECT project FROM rhumb_kept_apart_prod.store") == [("Kept Apart",)]


def test_through_a_pool_in_transaction_mode(tmp_path, env, pg_cluster):
    many = "id,name\n" + "".join(f"{i},n{i}\n" for i in range(50)) + "".join("x,bad\n" for _ in range(450))
    write_project(tmp_path, PROJECT | {"landing/many.csv": many})
    use_postgres(tmp_path)
    with PgBouncer(pg_cluster, sessions=2) as pool:
        pooled = {"LEDGER_URL": pool.url(env["LEDGER_URL"])}
        for number in range(3):
            write_project(tmp_path, {f"landing/{number}.csv": f"id,name\n{number},one\n"})
            with ThreadPoolExecutor() as both:
                runs = [both.submit(rhumb, "run", "--wait", "60s", cwd=tmp_path, env=pooled, check=0) for _ in range(2)]
                for run in runs:
                    run.result()
        rows = query("SELECT name, row_count, rejected FROM rhumb_inputs ORDER BY name", tmp_path, pooled)
    assert [(row["name"], row["row_count"], row["rejected"]) for row in rows] == [
        ("0.csv", 1, 0), ("1.csv", 1, 0), ("2.csv", 1, 0), ("a.csv", 2, 1), ("many.csv", 50, 450)]


def test_environments_do_not_meet(tmp_path, env):
    write_project(tmp_path, PROJECT)
    use_postgres(tmp_path, STORE + "environments: { dev: {} }\n")
    rhumb("run", cwd=tmp_path, env=env, check=0)
    rhumb("run", "--env", "dev", cwd=tmp_path, env=env, check=0)
    for schema in ("rhumb_kept_apart_prod", "rhumb_kept_apart_dev"):
        assert ask(env["LEDGER_URL"], f"SELECT count(*) FROM {schema}.versions") == [(2,)]


def test_a_state_in_the_folder_moves(tmp_path, env):
    write_project(tmp_path, PROJECT)
    rhumb("run", cwd=tmp_path, env=env, check=0)
    before = query("SELECT * FROM rhumb_inputs", tmp_path, env)
    runs = query("SELECT run FROM rhumb_runs", tmp_path, env)
    use_postgres(tmp_path)
    assert "up to date" in rhumb("run", cwd=tmp_path, env=env, check=0).out
    assert query("SELECT * FROM rhumb_inputs", tmp_path, env) == before
    assert runs[0] in query("SELECT run FROM rhumb_runs", tmp_path, env)
    # Whoever still has the old file would work beside the others.
    write_project(tmp_path, PROJECT)
    refused = rhumb("status", cwd=tmp_path, env=env, check=1)
    assert "lies in PostgreSQL" in refused.err and "rhumb restore" in refused.err


def test_a_lost_schema_is_rebuilt_from_the_manifests(tmp_path, env):
    write_project(tmp_path, PROJECT)
    use_postgres(tmp_path)
    rhumb("run", cwd=tmp_path, env=env, check=0)
    before = query("SELECT * FROM rhumb_inputs", tmp_path, env)
    ask(env["LEDGER_URL"], "DROP SCHEMA rhumb_kept_apart_prod CASCADE")
    assert "up to date" in rhumb("run", cwd=tmp_path, env=env, check=0).out
    assert query("SELECT * FROM rhumb_inputs", tmp_path, env) == before


def test_backup_and_restore(tmp_path, env):
    write_project(tmp_path / "p", PROJECT)
    use_postgres(tmp_path / "p")
    rhumb("run", cwd=tmp_path / "p", env=env, check=0)
    before = query("SELECT * FROM rhumb_quarantine", tmp_path / "p", env)
    rhumb("backup", tmp_path / "backup", cwd=tmp_path / "p", env=env, check=0)
    shutil.rmtree(tmp_path / "p/.rhumb")
    rhumb("restore", tmp_path / "backup", cwd=tmp_path / "p", env=env, check=0)
    refused = rhumb("status", cwd=tmp_path / "p", env=env, check=1)
    assert "the state of another store" in refused.err and "drop the schema" in refused.err
    ask(env["LEDGER_URL"], "DROP SCHEMA rhumb_kept_apart_prod CASCADE")
    assert "up to date" in rhumb("run", cwd=tmp_path / "p", env=env, check=0).out
    assert query("SELECT * FROM rhumb_quarantine", tmp_path / "p", env) == before


def test_doctor_and_the_least_rights(tmp_path, env, pg_cluster):
    write_project(tmp_path, PROJECT)
    use_postgres(tmp_path)
    ask(env["LEDGER_URL"], "CREATE ROLE keeper LOGIN PASSWORD 'seven-words'")
    limited = {"LEDGER_URL": env["LEDGER_URL"].replace(f"postgres:{pg_cluster.password}", "keeper:seven-words")}
    try:
        refused = rhumb("run", cwd=tmp_path, env=limited, check=1)
        assert "error[rights]" in refused.err and "--grants" in refused.err and "seven-words" not in refused.err
        doctor = rhumb("doctor", cwd=tmp_path, env=limited, check=1)
        assert "may not create the schema" in doctor.out
        assert not (tmp_path / ".rhumb/prod/state.json").exists()
        ask(env["LEDGER_URL"], rhumb("doctor", "--grants", "keeper", cwd=tmp_path, env=limited, check=0).out)
        rhumb("run", cwd=tmp_path, env=limited, check=0)
        doctor = rhumb("doctor", cwd=tmp_path, env=limited, check=0)
        assert "state" in doctor.out and "schema rhumb_kept_apart_prod, version 1" in doctor.out
        assert "PostGIS" in doctor.out, "it is there; nobody needs it"
    finally:
        ask(env["LEDGER_URL"], "DROP OWNED BY keeper CASCADE; DROP ROLE keeper")


@pytest.mark.parametrize("store, words", [
    ("store: { state: ledgr }\n", ["rhumb.yaml:6:", "there is no connection `ledgr`", "ledger"]),
    ("store: { schema: x }\n", ["rhumb.yaml:6:", "`schema` is for a state in PostgreSQL"]),
    ("store: { state: ledger, schema: a-b }\n", ["rhumb.yaml:6:", "`a-b` cannot be the name of a schema"]),
    (f"store: {{ state: ledger, schema: {'s' * 60} }}\n", ["rhumb.yaml:6:", "65 bytes"]),
    ("store: { stat: ledger }\n", ["rhumb.yaml:6:", "state"]),
])
def test_mistakes_are_told_with_their_place(tmp_path, env, store, words):
    write_project(tmp_path, PROJECT)
    use_postgres(tmp_path, store)
    refused = rhumb("check", cwd=tmp_path, env=env, check=2)
    for word in words:
        assert word in refused.err, refused.err


def test_a_server_that_is_not_there(tmp_path):
    write_project(tmp_path, PROJECT)
    use_postgres(tmp_path)
    refused = rhumb("status", cwd=tmp_path, env={"LEDGER_URL": "postgresql://u:secret-word@127.0.0.1:1/x"}, check=1)
    assert "error[connect]" in refused.err and "rhumb_kept_apart_prod" in refused.err
    assert "secret-word" not in refused.err
