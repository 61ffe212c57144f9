"""examples/views: a materialized view replaced, equal to PostGIS to the row, switched without a gap."""

import subprocess
import sys
import threading
import time

import psycopg2
import pytest

from tests.harness.ask import ask
from tests.harness.program import ROOT, query, rhumb
from tests.system.views_example import PUBLISHED, assert_equals_postgis, copy_project, fill_warehouse


def zones_file(folder):
    """Counties of three states as zones: real borders, shared edges, holes and islands."""
    data = folder / "geodata"
    subprocess.run([sys.executable, ROOT / "scripts/demo_data.py", ROOT / ".deps", data], check=True, capture_output=True)
    lines = (data / "counties.csv").read_text().splitlines()
    wanted = [line for line in lines[1:] if line.split(",", 1)[0].strip('"')[:2] in ("34", "36", "09")]
    path = folder / "zones.csv"
    with open(path, "w", encoding="utf-8") as out:
        out.write("zone_id,geom\n")
        for number, line in enumerate(wanted, 1):
            wkt = line[line.index('"'):] if '"' in line else line.rsplit(",", 1)[1]
            out.write(f"{number},{wkt}\n")
    return path


@pytest.fixture
def project(tmp_path, pg_database):
    folder = tmp_path / "views"
    copy_project(folder)
    fill_warehouse(folder, pg_database, zones_file(tmp_path))
    return folder, {"WAREHOUSE_URL": pg_database}


def test_the_published_view_equals_postgis_to_the_row(project):
    folder, env = project
    rhumb("run", cwd=folder, env=env, check=0)
    assert_equals_postgis(env["WAREHOUSE_URL"], more_than=100)
    checks = query("SELECT name, detail FROM rhumb_checks WHERE name LIKE 'conserves%'", folder, env)
    assert "20,000" in checks[0]["detail"]


def test_only_changes_are_followed_and_old_tables_go(project):
    folder, env = project
    url = env["WAREHOUSE_URL"]
    rhumb("run", cwd=folder, env=env, check=0)
    assert "up to date" in rhumb("run", cwd=folder, env=env, check=0).out
    ask(url, "UPDATE public.trips SET fare = fare + 1 WHERE id < 500")
    ask(url, "SELECT pg_stat_force_next_flush()")
    deadline = time.monotonic() + 15
    while "up to date" in rhumb("run", cwd=folder, env=env, check=0).out and time.monotonic() < deadline:
        time.sleep(0.3)
    assert_equals_postgis(url, more_than=100)
    tables = ask(url, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'processed_data%'")
    assert tables == [("processed_data_v2",)]


def test_readers_see_a_whole_version_through_many_switches(project):
    folder, env = project
    url = env["WAREHOUSE_URL"]
    rhumb("run", cwd=folder, env=env, check=0)
    totals = set()
    problems = []
    stop = threading.Event()

    def read():
        connection = psycopg2.connect(url)
        connection.autocommit = True
        cursor = connection.cursor()
        while not stop.is_set():
            try:
                cursor.execute("SELECT count(*), sum(trips) FROM vw_processed_data")
                totals.add(cursor.fetchone())
            except psycopg2.Error as error:
                problems.append(str(error))
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(4):
            rhumb("run", "processed_data", "--full-refresh", cwd=folder, env=env, check=0)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert problems == []
    assert len(totals) == 1


def test_rollback_publishes_the_old_version_again(project):
    folder, env = project
    url = env["WAREHOUSE_URL"]
    rhumb("run", cwd=folder, env=env, check=0)
    before = ask(url, PUBLISHED)
    ask(url, "DELETE FROM public.trips WHERE id % 2 = 0")
    model = folder / "models/processed_data.sql"
    model.write_text(model.read_text().replace("min_rows: 100", "min_rows: 1"))
    rhumb("run", "--full-refresh", cwd=folder, env=env, check=0)
    assert ask(url, PUBLISHED) != before
    rhumb("rollback", "processed_data", cwd=folder, env=env, check=0)
    assert ask(url, PUBLISHED) == before


def test_no_secret_is_printed_when_the_password_is_wrong(project):
    folder, env = project
    wrong = env["WAREHOUSE_URL"].replace("postgres:", "postgres:hunter2-", 1)
    outcome = rhumb("run", cwd=folder, env={"WAREHOUSE_URL": wrong})
    assert outcome.status == 1
    assert "hunter2" not in outcome.out + outcome.err
    assert "error[connect]" in outcome.err
