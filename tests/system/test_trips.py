"""examples/trips against a real PostgreSQL: figures, increments, replacements, replay."""

import csv
import datetime
import shutil
from collections import Counter, defaultdict

import pytest

from tests.harness.ask import ask
from tests.harness.program import ROOT, query, rhumb


@pytest.fixture
def project(tmp_path, pg_database):
    folder = tmp_path / "trips"
    shutil.copytree(ROOT / "examples" / "trips", folder, ignore=shutil.ignore_patterns(".rhumb"))
    return folder, {"WAREHOUSE_URL": pg_database}


def weekly_averages(path):
    """The definition once more, in Python: ISO weeks from the first to the last trip of a region."""
    weeks = defaultdict(Counter)
    with open(path, newline="", encoding="utf-8") as source:
        for row in csv.DictReader(source):
            day = datetime.datetime.fromisoformat(row["datetime"]).date()
            weeks[row["region"]][day - datetime.timedelta(days=day.weekday())] += 1
    averages = {}
    for region, counts in weeks.items():
        span = (max(counts) - min(counts)).days // 7 + 1
        averages[region] = (sum(counts.values()), span, sum(counts.values()) / span)
    return averages


def published_averages(url):
    rows = ask(url, "SELECT region, trips, weeks, weekly_average FROM analytics.weekly_average_by_region")
    return {region: (trips, weeks, pytest.approx(float(average))) for region, trips, weeks, average in rows}


def test_the_sample_gives_the_averages_that_its_definition_says(project):
    folder, env = project
    rhumb("run", cwd=folder, env=env, check=0)
    assert published_averages(env["WAREHOUSE_URL"]) == weekly_averages(folder / "landing/trips/sample.csv")


def test_the_real_trips_give_the_known_figures(project, shared_data):
    folder, env = project
    (folder / "landing/trips/sample.csv").unlink()
    shutil.copy(shared_data / "jobsity_trips/trips.csv", folder / "landing/trips")
    rhumb("run", cwd=folder, env=env, check=0)
    rows = query("SELECT region, trips FROM region_weeks ORDER BY region, week", folder, env)
    per_region = defaultdict(list)
    for row in rows:
        per_region[row["region"]].append(row["trips"])
    assert per_region == {"Turin": [8, 6, 6, 14, 4], "Prague": [10, 8, 8, 5, 3], "Hamburg": [5, 6, 5, 7, 5]}
    box = query("SELECT trips FROM area_weeks WHERE area LIKE 'northern%' ORDER BY week", folder, env)
    assert [row["trips"] for row in box] == [5, 4, 5, 9, 3]
    average = ask(env["WAREHOUSE_URL"], "SELECT trips, weeks, weekly_average FROM analytics.weekly_average_by_area WHERE area LIKE 'northern%'")
    assert [(t, w, float(a)) for t, w, a in average] == [(26, 5, 5.2)]
    assert len(ask(env["WAREHOUSE_URL"], "SELECT region, datasource FROM analytics.latest_datasource")) == 2
    regions = ask(env["WAREHOUSE_URL"], "SELECT region FROM analytics.datasource_regions WHERE datasource = 'cheap_mobile' ORDER BY 1")
    with open(shared_data / "jobsity_trips/trips.csv", newline="", encoding="utf-8") as source:
        expected = sorted({row["region"] for row in csv.DictReader(source) if row["datasource"] == "cheap_mobile"})
    assert [row[0] for row in regions] == expected


def test_a_new_file_rebuilds_only_its_weeks_and_equals_a_full_rebuild(project):
    folder, env = project
    rhumb("run", cwd=folder, env=env, check=0)
    header = "region,origin_coord,destination_coord,datetime,datasource\n"
    line = "Turin,POINT (7.68 45.07),POINT (7.70 45.08),2024-05-15 08:00:00,funny_car\n"
    (folder / "landing/trips/late.csv").write_text(header + line * 3)
    plan = rhumb("plan", "--json", cwd=folder, env=env, check=0).json()
    actions = {step["dataset"]: step["action"] for step in plan["steps"]}
    assert actions["trips_csv"] == "read" and actions["trip_groups"] == "partitions" and actions["areas"] == "skip"
    rhumb("run", cwd=folder, env=env, check=0)
    incremental = query("SELECT * FROM trip_groups ORDER BY ALL", folder, env)
    files = query("SELECT version, file_count FROM rhumb_versions WHERE dataset = 'trip_groups' ORDER BY version", folder, env)
    assert len(files) == 2
    averages = published_averages(env["WAREHOUSE_URL"])
    rhumb("run", "--full-refresh", cwd=folder, env=env, check=0)
    assert query("SELECT * FROM trip_groups ORDER BY ALL", folder, env) == incremental
    assert published_averages(env["WAREHOUSE_URL"]) == averages


def test_the_same_announcement_counts_once_and_new_content_replaces(project):
    folder, env = project
    rhumb("run", "--store-only", cwd=folder, env=env, check=0)
    count = "SELECT count(*) AS n FROM trips_csv"
    assert query(count, folder, env) == [{"n": 300}]
    again = rhumb("run", "--store-only", cwd=folder, env=env, check=0)
    assert "up to date" in again.out
    sample = folder / "landing/trips/sample.csv"
    sample.touch()  # a new announcement of the same content
    rhumb("run", "--store-only", cwd=folder, env=env, check=0)
    assert query(count, folder, env) == [{"n": 300}]
    lines = sample.read_text().splitlines(keepends=True)
    sample.write_text("".join(lines[:201]))
    rhumb("run", "--store-only", cwd=folder, env=env, check=0)
    assert query(count, folder, env) == [{"n": 200}]
    assert query("SELECT sum(trips) AS n FROM trip_groups", folder, env) == [{"n": 200}]


def test_bad_rows_wait_in_quarantine_and_come_back_mended(project):
    folder, env = project
    header = "region,origin_coord,destination_coord,datetime,datasource\n"
    good = "Turin,POINT (7.68 45.07),POINT (7.70 45.08),2024-05-15 08:00:00,funny_car\n"
    bad = "Turin,POINT (7.68 145.07),POINT (7.70 45.08),2024-05-15 08:00:00,funny_car\n"
    (folder / "landing/trips/late.csv").write_text(header + good * 40 + bad + good)
    rhumb("run", "--store-only", cwd=folder, env=env, check=0)
    row = query("SELECT name, line, field, reason, raw, status FROM rhumb_quarantine", folder, env)
    assert row == [{"name": "late.csv", "line": 42, "field": "origin", "reason": "swapped-axes", "raw": bad.strip(), "status": "open"}]
    rhumb("replay", "trips_csv", "--export", folder / "bad.csv", cwd=folder, env=env, check=0)
    mended = (folder / "bad.csv").read_text().replace("145.07", "45.07")
    (folder / "bad.csv").write_text(mended)
    rhumb("replay", "trips_csv", "--from", folder / "bad.csv", cwd=folder, env=env, check=0)
    rhumb("run", "--store-only", cwd=folder, env=env, check=0)
    assert query("SELECT sum(trips) AS n FROM trip_groups", folder, env) == [{"n": 342}]
    assert query("SELECT status FROM rhumb_quarantine", folder, env) == [{"status": "replayed"}]


def test_too_many_bad_rows_stop_the_run_and_change_nothing(project):
    folder, env = project
    rhumb("run", cwd=folder, env=env, check=0)
    before = published_averages(env["WAREHOUSE_URL"])
    header = "region,origin_coord,destination_coord,datetime,datasource\n"
    (folder / "landing/trips/bad.csv").write_text(header + "Turin,POINT (x y),,,\n" * 10)
    outcome = rhumb("run", cwd=folder, env=env)
    assert outcome.status == 1
    assert "error[too-many-bad-rows]" in outcome.err and "bad.csv:2:" in outcome.err
    assert published_averages(env["WAREHOUSE_URL"]) == before


def test_environments_have_their_own_tables_and_versions(project):
    folder, env = project
    rhumb("run", cwd=folder, env=env, check=0)
    rhumb("run", "--env", "dev", cwd=folder, env=env, check=0)
    names = {row[0] for row in ask(env["WAREHOUSE_URL"], "SELECT viewname FROM pg_views WHERE schemaname = 'analytics'")}
    assert {"region_weeks", "region_weeks_dev"} <= names
    sampled = rhumb("query", "SELECT count(*) AS n FROM trips_csv", "--env", "dev", "--json", cwd=folder, env=env, check=0).json()
    assert 0 < sampled[0]["n"] < 100


def test_the_tests_of_the_example_pass(project):
    folder, env = project
    assert "2 passed, 0 failed" in rhumb("test", cwd=folder, env=env, check=0).out
