"""`rhumb run --engine spark`: the same rows, versions and checks as on the embedded engine."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.harness.program import binary, query, rhumb, write_project
from tests.harness.spark import is_installed, spark_environment

pytestmark = [pytest.mark.long, pytest.mark.skipif(not is_installed(), reason="Spark is not installed: run scripts/setup spark")]

TRIPS = ["id,fare,paid,note,cash,day,wall,instant,lon,lat"] + [
    f"{i},{i * 0.1!r},{i % 100}.25,{'' if i % 7 == 0 else f'näme {i % 5}'},{'true' if i % 2 else 'false'},"
    f"2024-0{1 + i % 9}-{10 + i % 19},2024-03-{10 + i % 19} 02:{i % 60:02}:00,"
    f"2024-10-27T0{i % 3}:30:00Z,{i % 40 * 0.25 - 1},{i % 13 * 0.5}"
    for i in range(1000)]

PROJECT = {
    "rhumb.yaml": "rhumb: 1\nname: spark\ntimezone: Europe/Rome\nthreads: 2\n",
    "landing/trips.csv": "\n".join(TRIPS) + "\n",
    "landing/zones.csv": 'zone,area\nwest,"POLYGON((0 0,4 0,4 4,0 4,0 0))"\n'
                         'east,"POLYGON((4 0,8 0,8 4,4 4,4 0))"\nempty,"POLYGON EMPTY"\n',
    "sources/trips.yaml": """read: { directory: { path: landing, files: "trips.csv" } }
decode: { csv: {} }
columns:
  id: integer
  fare: double
  paid: decimal(10,2)
  note: text
  cash: boolean
  day: date
  wall: timestamp
  instant: timestamptz
  place: { type: point, crs: 4326, lon: lon, lat: lat }
""",
    "sources/zones.yaml": """read: { directory: { path: landing, files: "zones.csv" } }
decode: { csv: {} }
columns:
  zone: text
  area: { type: geometry, crs: 4326 }
""",
    "models/cheap.sql": "-- ---\n-- kind: view\n-- ---\nSELECT * FROM trips WHERE paid < 90\n",
    "models/every_type.sql": "SELECT id, fare, paid, note, cash, day, wall, instant, place FROM trips\n",
    "models/by_zone.sql": """-- ---
-- assert:
--   - unique: [zone, week]
--   - min_rows: 2
--   - conserves: { source: trips, lost: 100%, doubled: 0 }
-- order_by: zone, week
-- ---
SELECT z.zone, date_trunc('week', t.wall) AS week, count(*) AS trips, sum(t.paid) AS paid,
       median(t.fare) AS fare, max(t.instant) AS latest
FROM trips AS t JOIN zones AS z ON ST_Contains(z.area, t.place)
GROUP BY ALL
""",
    "models/cheap_notes.sql": "SELECT note, count(*) AS trips FROM cheap GROUP BY note\n",
    "models/none.sql": "SELECT id, place FROM every_type WHERE id < 0\n",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    return spark_environment(tmp_path_factory.mktemp("spark"))


@pytest.fixture(scope="module")
def both(tmp_path_factory, spark):
    """The project, built on either engine."""
    folders = {}
    for engine in ("embedded", "spark"):
        folders[engine] = write_project(tmp_path_factory.mktemp(engine), PROJECT)
        done = rhumb("run", "--engine", engine, "--json", cwd=folders[engine], env=spark, check=0, timeout=600)
        folders[engine, "events"] = [json.loads(line) for line in done.out.splitlines()]
    return folders


def files_of(folder, model):
    return sorted((folder / ".rhumb").rglob(f"data/{model}/**/*.parquet"))


def manifest_of(folder, model):
    [path] = (folder / ".rhumb").rglob(f"manifests/{model}/000001.json")
    return json.loads(path.read_text())


@pytest.mark.parametrize("model", ["every_type", "by_zone", "cheap_notes", "none"])
def test_rows_and_columns_are_the_same(both, model):
    mine, theirs = ({"rows": query(f"SELECT * FROM {model} ORDER BY ALL", cwd=both[engine]),
                     "schema": manifest_of(both[engine], model)["schema"]} for engine in ("embedded", "spark"))
    assert theirs == mine
    assert (len(mine["rows"]) > 0) == (model != "none")


def test_files_are_geoparquet_with_our_types_and_boxes(both):
    [path] = files_of(both["spark"], "every_type")
    table = pq.read_table(path)
    [ours] = files_of(both["embedded"], "every_type")
    expected = pq.read_table(ours)
    assert table.column_names == expected.column_names
    assert [str(kind) for kind in table.schema.types] == [str(kind) for kind in expected.schema.types]
    geo, same = (json.loads(each.schema.metadata[b"geo"]) for each in (table, expected))
    assert geo["primary_column"] == "place"
    assert geo["columns"]["place"]["crs"]["id"] == same["columns"]["place"]["crs"]["id"]
    assert geo["columns"]["place"]["covering"] == same["columns"]["place"]["covering"]
    boxes = {row["id"]: row["place_bbox"] for row in expected.to_pylist()}
    for row in table.to_pylist():
        assert row["place_bbox"] == boxes[row["id"]]


def test_rows_lie_near_each_other(both):
    [path] = files_of(both["spark"], "every_type")
    corners = [row["place_bbox"]["xmin"] for row in pq.read_table(path).to_pylist()]
    read = [i % 40 * 0.25 - 1 for i in range(1000)]

    def way(xs):
        return sum(abs(a - b) for a, b in zip(xs, xs[1:]))

    assert way(corners) < way(read) / 2


def test_manifests_say_the_same_of_the_files(both):
    mine, theirs = (manifest_of(both[engine], "every_type")["files"] for engine in ("embedded", "spark"))
    assert [file["rows"] for file in theirs] == [file["rows"] for file in mine]
    assert theirs[0]["bbox"] == mine[0]["bbox"]
    assert theirs[0]["ranges"] == mine[0]["ranges"]


def test_order_by_is_kept(both):
    [path] = files_of(both["spark"], "by_zone")
    rows = [(row["zone"], row["week"]) for row in pq.read_table(path).to_pylist()]
    assert rows == sorted(rows)


def test_events_are_the_same(both):
    steps = [sorted({(event["dataset"], event["step"]) for event in both[engine, "events"] if event["event"] == "finished"})
             for engine in ("embedded", "spark")]
    assert steps[0] == steps[1]
    checks = [[each["checks"] for each in both[engine, "events"][-1]["datasets"]] for engine in ("embedded", "spark")]
    assert checks[0] == checks[1]


def test_what_spark_has_built_is_up_to_date_for_both(both):
    assert "up to date" in rhumb("run", cwd=both["spark"], check=0).out


def below(process):
    """The processes that it has started, and those that they have."""
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout.split()
    return set(found).union(*map(below, found))


def start(folder, spark):
    """A run, and the processes of the driver that it has started."""
    run = subprocess.Popen([binary(), "run", "--engine", "spark"], cwd=folder, env={**os.environ, **spark, "NO_COLOR": "1"},
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(1200):
        if len(mine := below(run.pid)) > 1:  # the JVM and its Python
            return run, mine
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)
    raise AssertionError("no driver was started")


def gone(processes):
    """A driver that is still starting finds out once it asks for its first build."""
    for _ in range(600):
        states = [Path("/proc", process, "stat") for process in processes]
        if not any(state.exists() and ") Z" not in state.read_text() for state in states):
            return True
        time.sleep(0.1)
    return False


def test_cancelling_ends_all_of_spark(tmp_path, spark):
    run, mine = start(write_project(tmp_path, PROJECT), spark)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 130, out + err
    assert gone(mine)
    assert not files_of(tmp_path, "every_type")


def test_a_killed_program_leaves_no_driver(tmp_path, spark):
    run, mine = start(write_project(tmp_path, PROJECT), spark)
    run.kill()
    run.communicate()
    assert gone(mine)


def test_a_killed_driver_is_an_error_and_the_next_run_goes_on(tmp_path, spark):
    run, mine = start(write_project(tmp_path, PROJECT), spark)
    for process in mine & below(run.pid):
        os.kill(int(process), signal.SIGKILL)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 1, out + err
    assert "error[engine]: the Spark driver died" in out + err
    rhumb("run", "--engine", "spark", cwd=tmp_path, env=spark, check=0, timeout=600)
    assert len(query("SELECT * FROM every_type", cwd=tmp_path)) == 998


def test_without_sedona_it_is_said(tmp_path, spark):
    bare = spark_environment(tmp_path / "spark", spark_jars="")
    outcome = rhumb("run", "--engine", "spark", "+every_type", cwd=write_project(tmp_path / "project", PROJECT), env=bare,
                    check=1, timeout=300)
    assert "Spark does not have Sedona" in outcome.err + outcome.out
    assert "sedona-spark-shaded" in outcome.err + outcome.out
