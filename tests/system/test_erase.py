"""`rhumb erase`: rows of one person go for good, from the source, what was made of it, what was
published, the quarantine; and they do not come back. Wherever the state lies."""

import contextlib
import json
import os
import signal
import subprocess
import time

import psycopg2
import pyarrow.parquet
import pytest

from tests.harness.program import binary, query, rhumb, write_project

SECRET = "rider-4711"
CONNECTIONS = "connections: { warehouse: { postgres: \"${WAREHOUSE_URL}\" } }\n"
PROJECT = {
    "rhumb.yaml": "rhumb: 1\nname: erased\n" + CONNECTIONS,
    "sources/trips.yaml": 'read: { directory: { path: landing, files: "*.csv" } }\ndecode: { csv: {} }\n'
                          "columns: { rider: text, km: integer }\nbad_rows: { stop_above: 90% }\n",
    "models/by_rider.sql": "-- ---\n-- publish: { to: warehouse, view: by_rider, keep: 2 }\n"
                           "-- assert: [max_shrink: 100%]\n-- ---\n"
                           "SELECT rider, sum(km) AS km FROM trips GROUP BY 1\n",
    "models/totals.sql": "-- ---\n-- kind: append\n-- ---\nSELECT rider, km FROM trips\n",
    "models/seen.sql": "SELECT rider FROM totals WHERE km > 0\n",
    "landing/a.csv": f"rider,km\n{SECRET},5\nother,6\nrider-47,1\n{SECRET},not a number\n",
    "landing/b.csv": "rider,km\nother,7\n",
}
LEFT = [("other", 6), ("other", 7), ("rider-47", 1)]
DATASETS = ("trips", "by_rider", "totals", "seen")


@pytest.fixture
def env(pg_database):
    return {"WAREHOUSE_URL": pg_database}


@pytest.fixture(params=["file", "postgres"])
def home(request):
    return request.param


@pytest.fixture
def project(tmp_path, env, home):
    """Three versions of everything, and two old tables in the target."""
    folder = write_project(tmp_path / "project", PROJECT)
    if home == "postgres":
        write_project(folder, {"rhumb.yaml": PROJECT["rhumb.yaml"] + "store: { state: warehouse, schema: kept }\n"})
    rhumb("run", cwd=folder, env=env, check=0)
    for number in (1, 2):
        write_project(folder, {f"landing/more{number}.csv": f"rider,km\n{SECRET},{number}\n"})
        rhumb("run", cwd=folder, env=env, check=0)
    return folder


def erase(project, env, *more, check=0):
    return rhumb("erase", "trips", "--where", f"rider={SECRET}", *more, cwd=project, env=env, check=check)


def ask(env, sql):
    with contextlib.closing(psycopg2.connect(env["WAREHOUSE_URL"])) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def published(env):
    rows = ask(env, "SELECT rider, km::int FROM by_rider ORDER BY 1")
    return rows, ask(env, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'by\\_rider\\_v%'")[0][0]


def mentions(project, env):
    """Where the value still stands in the store and the database. Text in Parquet files is compressed,
    so those are read, all of them."""
    found = [path.name for path in (project / ".rhumb").rglob("*")
             if path.is_file() and SECRET.encode() in path.read_bytes()]
    files = [str(path) for path in (project / ".rhumb/prod/data").rglob("*.parquet")]
    for path in files:
        if SECRET in pyarrow.parquet.read_table(path, columns=["rider"]).column("rider").to_pylist():
            found.append(path)
    tables = ask(env, "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM "
                      "information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN "
                      "('pg_catalog', 'information_schema')")
    for (table,) in tables:
        if ask(env, f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%{SECRET}%'")[0][0]:
            found.append(table)
    return found


def rows_of(project, env, dataset):
    return sorted((row["rider"], int(row["km"])) for row in query(f"SELECT * FROM {dataset}", project, env))


def versions(project, env):
    rows = query("SELECT dataset, count(*) AS n FROM rhumb_versions GROUP BY 1", project, env)
    return {row["dataset"]: int(row["n"]) for row in rows}


def check_erased(project, env, datasets=DATASETS):
    assert mentions(project, env) == []
    assert rows_of(project, env, "trips") == LEFT
    assert rows_of(project, env, "totals") == LEFT
    assert published(env) == ([("other", 13), ("rider-47", 1)], 1)
    assert versions(project, env) == dict.fromkeys(datasets, 1)
    assert query("SELECT * FROM rhumb_quarantine", project, env) == []
    assert sum(int(row["row_count"]) for row in query("SELECT row_count FROM rhumb_inputs WHERE removed_in IS NULL",
                                                      project, env)) == len(LEFT)
    rhumb("doctor", "--verify", cwd=project, env=env, check=0)
    assert "is not finished" not in rhumb("doctor", cwd=project, env=env).out


def test_it_goes_everywhere(project, env):
    assert published(env)[1] == 3 and mentions(project, env)
    outcome = erase(project, env, "--receipt", "receipt.json")
    check_erased(project, env)
    receipt = json.loads((project / "receipt.json").read_text())
    assert receipt["complete"] and receipt["rows"] == 3 and receipt["quarantined_records"] == 1
    assert receipt["keys"] == [{"column": "rider", "values": 1}] and "values" not in receipt
    assert sorted(receipt["inputs_still_there"]) == ["a.csv", "more1.csv", "more2.csv"]
    assert {each["name"]: each["rows"] for each in receipt["passes"][0]["inputs"]} == {
        "a.csv": 1, "more1.csv": 1, "more2.csv": 1}
    files = receipt["passes"][0]["files"]
    assert len(files) == 3 and all(len(each["before"]["sha256"]) == 64 for each in files)
    assert sorted(len(each["after"]) for each in files) == [0, 0, 1]
    assert {"dataset": "by_rider", "version": 1} in receipt["retired"]
    assert SECRET not in (project / "receipt.json").read_text() + outcome.out + outcome.err
    assert "3 rows of trips erased" in outcome.out and "not taken in again: a.csv" in outcome.out
    erase(project, env, "--receipt", "shown.json", "--show-values")
    shown = json.loads((project / "shown.json").read_text())
    assert shown["values"] == [{"column": "rider", "value": SECRET}] and shown["rows"] == 3
    assert "up to date" in rhumb("run", cwd=project, env=env, check=0).out
    refused = rhumb("rollback", "by_rider", "--to", "2", cwd=project, env=env, check=1)
    assert "version 2 of by_rider was given up when rows of trips were erased" in refused.err


def test_it_does_not_come_back(project, env):
    erase(project, env)
    rhumb("run", "--full-refresh", cwd=project, env=env, check=0)
    assert rows_of(project, env, "trips") == LEFT
    write_project(project, {"landing/b.csv": f"rider,km\nother,7\n{SECRET},9\n",
                            "landing/c.csv": f"rider,km\n{SECRET},8\n"})
    rhumb("run", cwd=project, env=env, check=0)
    assert rows_of(project, env, "totals") == LEFT
    assert published(env)[0] == [("other", 13), ("rider-47", 1)]


def test_nor_when_the_state_is_lost_or_a_backup_is_restored(project, env, home):
    erase(project, env)
    rhumb("backup", "../saved", cwd=project, env=env, check=0)
    (project / ".rhumb").rename(project / "before")
    if home == "postgres":
        ask(env, "DROP SCHEMA kept_prod CASCADE")
    rhumb("restore", "../saved", cwd=project, env=env, check=0)
    rhumb("run", "--full-refresh", cwd=project, env=env, check=0)
    assert rows_of(project, env, "trips") == LEFT
    if home == "postgres":
        ask(env, "DROP SCHEMA kept_prod CASCADE")
    else:
        for path in (project / ".rhumb/prod").glob("state.db*"):
            path.unlink()
    rhumb("run", "--full-refresh", cwd=project, env=env, check=0)
    assert rows_of(project, env, "trips") == LEFT


def test_a_backup_of_before_brings_it_back_as_the_receipt_says(project, env, home):
    if home == "postgres":
        pytest.skip("one home is enough")
    rhumb("backup", "../saved", cwd=project, env=env, check=0)
    erase(project, env, "--receipt", "receipt.json")
    assert any("backups" in each for each in json.loads((project / "receipt.json").read_text())["not_reached"])
    (project / ".rhumb").rename(project / "before")
    rhumb("restore", "../saved", cwd=project, env=env, check=0)
    assert len(rows_of(project, env, "trips")) == 6
    erase(project, env)
    (project / "before").rename(project.parent / "before")
    check_erased(project, env)


def test_many_at_once_from_a_file(project, env):
    write_project(project, {"gone.txt": f"rider\n{SECRET}\n\nother\n"})
    rhumb("erase", "trips", "--file", "gone.txt", cwd=project, env=env, check=0)
    assert rows_of(project, env, "trips") == [("rider-47", 1)]


def test_rows_in_files_that_were_merged(tmp_path, env):
    """Many small files become one; who loses rows there, and whose file is replaced afterwards."""
    files = {f"landing/{n:02}.csv": f"rider,km\nr{n},{n}\n{SECRET},{n}\n" for n in range(40)}
    write_project(tmp_path, {name: text for name, text in PROJECT.items() if not name.startswith("landing/")} | files)
    for name in ("landing/00.csv", "landing/01.csv"):
        files[name] = files[name].replace(f"{SECRET},0\n", "")
    write_project(tmp_path, files)
    rhumb("run", cwd=tmp_path, env=env, check=0)
    assert any(each.get("parts") for each in newest_files(tmp_path, "trips")), "nothing was merged"
    rhumb("erase", "trips", "--where", f"rider={SECRET}", "--where", "rider=r7", cwd=tmp_path, env=env, check=0)
    expected = {f"r{n}": n for n in range(40) if n != 7}
    assert dict(rows_of(tmp_path, env, "trips")) == dict(rows_of(tmp_path, env, "totals")) == expected
    write_project(tmp_path, {"landing/09.csv": f"rider,km\nnew,90\n{SECRET},9\n"})
    rhumb("run", cwd=tmp_path, env=env, check=0)
    del expected["r9"]
    expected["new"] = 90
    assert dict(rows_of(tmp_path, env, "trips")) == dict(rows_of(tmp_path, env, "totals")) == expected
    assert dict(published(env)[0]) == expected


def newest_files(project, dataset):
    manifests = sorted((project / f".rhumb/prod/manifests/{dataset}").glob("*.json"))
    return json.loads(manifests[-1].read_text())["files"]


def test_a_rollback_hides_nothing(project, env):
    """What a model was rolled back to was made from versions that its manifest does not name."""
    for name in ("more1", "more2"):
        write_project(project, {f"landing/{name}.csv": "rider,km\n"})
    write_project(project, {"landing/a.csv": "rider,km\nother,6\nrider-47,1\n"})
    rhumb("run", cwd=project, env=env, check=0)
    rhumb("rollback", "by_rider", "--to", "3", cwd=project, env=env, check=0)
    assert SECRET in dict(published(env)[0])
    erase(project, env)
    check_erased(project, env)


def test_whose_rows_there_are_none_of(project, env):
    rhumb("erase", "trips", "--where", "rider=nobody", "--receipt", "r.json", cwd=project, env=env, check=0)
    receipt = json.loads((project / "r.json").read_text())
    assert receipt["rows"] == 0 and receipt["inputs_still_there"] == [] and receipt["complete"]
    assert len(rows_of(project, env, "trips")) == 6
    assert versions(project, env) == dict.fromkeys(DATASETS, 3)


def test_rows_that_only_older_versions_hold(project, env):
    for name in ("more1", "more2"):
        write_project(project, {f"landing/{name}.csv": "rider,km\n"})
    write_project(project, {"landing/a.csv": "rider,km\nother,6\nrider-47,1\n"})
    rhumb("run", cwd=project, env=env, check=0)
    assert rows_of(project, env, "trips") == LEFT and mentions(project, env)
    erase(project, env)
    check_erased(project, env)


def test_models_that_the_project_makes_no_more(project, env):
    (project / "models/seen.sql").unlink()
    (project / "models/by_rider.sql").write_text(PROJECT["models/by_rider.sql"].replace("view: by_rider", "view: riders"))
    rhumb("run", cwd=project, env=env, check=0)
    ask(env, "GRANT SELECT ON by_rider TO PUBLIC")
    erase(project, env, "--receipt", "r.json")
    receipt = json.loads((project / "r.json").read_text())
    assert receipt["published_before"] == ["by_rider in warehouse"]
    assert versions(project, env) == dict.fromkeys(("trips", "by_rider", "totals"), 1)
    ask(env, "DROP VIEW by_rider CASCADE")


@pytest.mark.parametrize("arguments, status, words", [
    (("trip", "--where", "rider=x"), 2, "did you mean `trips`?"),
    (("trips",), 2, "--where"),
    (("trips", "--where", "rider"), 2, "COLUMN=VALUE"),
    (("trips", "--where", "rider="), 2, "neither of them empty"),
    (("trips", "--where", "ridr=x"), 2, "did you mean `rider`?"),
    (("trips", "--file", "nowhere.csv"), 1, "nowhere.csv"),
    (("trips", "--file", "landing/a.csv"), 2, "landing/a.csv:1:1"),
])
def test_what_cannot_be_meant_is_refused(tmp_path, env, arguments, status, words):
    write_project(tmp_path, PROJECT)
    rhumb("run", cwd=tmp_path, env=env, check=0)
    outcome = rhumb("erase", *arguments, cwd=tmp_path, env=env, check=status)
    assert words in outcome.err
    assert len(rows_of(tmp_path, env, "trips")) == 4
    assert not list((tmp_path / ".rhumb/prod").glob("erasures/*/*"))


def test_a_column_that_was_renamed_lets_them_in_and_says_so(tmp_path, env):
    write_project(tmp_path, PROJECT)
    rhumb("run", cwd=tmp_path, env=env, check=0)
    erase(tmp_path, env)
    source = PROJECT["sources/trips.yaml"].replace("rider: text", "person: { type: text, from: rider }")
    write_project(tmp_path, {"sources/trips.yaml": source})
    for name in ("by_rider", "totals", "seen"):
        (tmp_path / f"models/{name}.sql").unlink()
    outcome = rhumb("run", cwd=tmp_path, env=env, check=0)
    assert "rows were erased by `rider`" in outcome.out + outcome.err
    rhumb("erase", "trips", "--where", f"person={SECRET}", cwd=tmp_path, env=env, check=0)
    assert mentions_in_rows(tmp_path, env) == 0


def mentions_in_rows(project, env):
    return int(query(f"SELECT count(*) AS n FROM trips WHERE person = '{SECRET}'", project, env)[0]["n"])


def test_who_holds_the_lease_is_named(project, env):
    write_project(project, {"models/slow.sql": "SELECT count(*) AS n FROM range(10000000) AS a(i), "
                                               "range(10000000) AS b(j), trips WHERE (a.i * b.j) % 7 = km\n"})
    # It waits, for an erasure may be there first.
    child = subprocess.Popen([binary(), "run", "--wait", "1m"], cwd=project, env={**os.environ, **env},
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        outcome, end = None, time.monotonic() + 60
        while child.poll() is None and time.monotonic() < end:
            outcome = rhumb("erase", "trips", "--where", "rider=nobody", cwd=project, env=env)
            if outcome.status != 0:
                break
        assert outcome.status == 1 and "error[busy]" in outcome.err and "rhumb run" in outcome.err
    finally:
        child.send_signal(signal.SIGINT)
        child.communicate()
    (project / "models/slow.sql").unlink()
    erase(project, env)
    check_erased(project, env)


def test_a_reader_of_an_old_table_is_named_and_the_next_run_finishes(project, env):
    with contextlib.closing(psycopg2.connect(env["WAREHOUSE_URL"])) as reader, reader.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'by\\_rider\\_v%' ORDER BY 1 LIMIT 1")
        cursor.execute(f"SELECT * FROM {cursor.fetchone()[0]}")
        outcome = erase(project, env, check=1)
        assert "holds an older version for" in outcome.err
        doctor = rhumb("doctor", cwd=project, env=env, check=1)
        assert "is not finished" in doctor.out and "rhumb run finishes it" in doctor.out
        reader.rollback()
    finished = rhumb("run", cwd=project, env=env, check=0)
    assert "finishing the erasure" in finished.out + finished.err
    check_erased(project, env)


def test_a_model_that_cannot_be_built_anew_is_said_and_the_rest_follows_later(project, env):
    good = (project / "models/by_rider.sql").read_text()
    (project / "models/by_rider.sql").write_text(good.replace("100%]", "100%, min_rows: 3]"))
    outcome = erase(project, env, check=1)
    assert "assert-failed" in outcome.err and "not all is erased" in outcome.err
    assert rows_of(project, env, "trips") == LEFT
    write_project(project, {"landing/new.csv": "rider,km\nother,0\n"})
    assert "not all is erased" in rhumb("run", cwd=project, env=env, check=1).err
    assert (("other", 0) in rows_of(project, env, "trips")), "new data goes on"
    (project / "landing/new.csv").write_text("rider,km\n")
    (project / "models/by_rider.sql").write_text(good)
    rhumb("run", cwd=project, env=env, check=0)
    rhumb("run", cwd=project, env=env, check=0)
    assert mentions(project, env) == []
    assert rows_of(project, env, "totals") == LEFT
    assert "is not finished" not in rhumb("doctor", cwd=project, env=env, check=0).out
