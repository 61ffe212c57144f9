"""The trips CSV to published groups and weekly counts, beside COPY and SQL in PostgreSQL.

    bench/run trips 1000000 10000000 [--raw]

Per size, in one run: Rhumb from CSV files to the groups and weekly counts published in PostGIS; one
more file of 100,000 rows; and the same by COPY into a staging table and SQL. With --raw also the
raw trips as a PostGIS table with its GiST index.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.measure import disk_mib, measure
from bench.report import write_tables
from tests.harness.postgres import PostgresCluster
from tests.harness.program import ROOT, binary

FIRST_DAY = 19723  # 2024-01-01, a Monday
ROWS_PER_FILE = 5_000_000
WEEKS = 26

PEER = """
CREATE TABLE staging (region text, origin text, destination text, started_at timestamp, datasource text);
{copies}
CREATE TABLE points AS
SELECT date_trunc('week', started_at) AS week, region,
       floor(ST_X(o) * 100)::int AS origin_x, floor(ST_Y(o) * 100)::int AS origin_y,
       floor(ST_X(d) * 100)::int AS destination_x, floor(ST_Y(d) * 100)::int AS destination_y,
       extract(hour FROM started_at)::int AS hour
FROM (SELECT region, started_at, ST_GeomFromText(origin, 4326) AS o, ST_GeomFromText(destination, 4326) AS d FROM staging) AS s;
CREATE TABLE similar_trips AS
SELECT region, origin_x, origin_y, destination_x, destination_y, hour, count(*) AS trips, count(DISTINCT week) AS weeks
FROM points GROUP BY 1, 2, 3, 4, 5, 6;
ALTER TABLE similar_trips ADD PRIMARY KEY (region, origin_x, origin_y, destination_x, destination_y, hour);
CREATE TABLE region_weeks AS SELECT region, week, count(*) AS trips FROM points GROUP BY 1, 2;
ANALYZE similar_trips;
"""

RAW_MODEL = """-- ---
-- description: Every trip.
-- kind: append
-- publish: { to: warehouse, view: analytics.trips }
-- ---
SELECT region, origin, destination, started_at, datasource FROM trips_csv
"""


def machine():
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release()}


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def generate(folder, rows, files, seed, first_day, weeks=WEEKS):
    command = [ROOT / "build/release/generate_trips", folder, rows, files, seed, weeks, first_day]
    subprocess.run([str(part) for part in command], check=True)


def make_project(folder, raw):
    shutil.copytree(ROOT / "examples/trips", folder, ignore=shutil.ignore_patterns(".rhumb"))
    (folder / "landing/trips/sample.csv").unlink()
    for model in ("area_weeks", "weekly_average_by_area", "latest_datasource", "datasource_regions"):
        (folder / f"models/{model}.sql").unlink()
    if raw:
        (folder / "models/trips.sql").write_text(RAW_MODEL)


def bench_rhumb(folder, rows, cluster, raw):
    url = cluster.create_database()
    env = {**os.environ, "WAREHOUSE_URL": url, "NO_COLOR": "1"}
    generate(folder / "landing/trips", rows, max(1, rows // ROWS_PER_FILE), 1, FIRST_DAY)
    first = measure([binary(), "run"], cwd=folder, env=env, server=cluster.process.pid)
    first["disk_mib"] = disk_mib(folder / ".rhumb")
    more = None
    if not raw:
        generate(folder / "landing/trips", 100_000, 1, 2, FIRST_DAY + WEEKS * 7, 1)
        more = measure([binary(), "run"], cwd=folder, env=env, server=cluster.process.pid)
    cluster.drop_database(url)
    return first, more


def bench_peer(folder, cluster):
    url = cluster.create_database()
    files = sorted(folder.glob("landing/trips/trips-1-*.csv"))
    script = folder / "peer.sql"
    copies = "\n".join(f"\\copy staging FROM '{path}' WITH (FORMAT csv, HEADER true)" for path in files)
    script.write_text(PEER.format(copies=copies))
    # The cluster and its password live as long as this run.
    result = measure(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), url], server=cluster.process.pid)
    cluster.drop_database(url)
    return result


def bench_size(rows, raw, peer, scratch):
    with PostgresCluster() as cluster, tempfile.TemporaryDirectory(dir=scratch) as temporary:
        folder = Path(temporary) / "trips"
        make_project(folder, raw)
        first, more = bench_rhumb(folder, rows, cluster, raw)
        result = {"rows": rows, "rhumb": first, "one_more_file": more}
        if peer:
            result["copy_and_sql"] = bench_peer(folder, cluster)
            ours = first["cpu_s"] + first["server_cpu_s"]
            theirs = result["copy_and_sql"]["cpu_s"] + result["copy_and_sql"]["server_cpu_s"]
            result["cpu_ratio"] = round(theirs / ours, 1)
            result["wall_ratio"] = round(result["copy_and_sql"]["wall_s"] / first["wall_s"], 1)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--raw", action="store_true", help="also publish every trip as a PostGIS table with its GiST index")
    parser.add_argument("--no-peer", action="store_true", help="leave out COPY and SQL")
    parser.add_argument("--scratch", type=Path, default=None, help="a folder on a large disk")
    options = parser.parse_args()
    name = "trips_raw" if options.raw else "trips"
    path = ROOT / "bench/results" / f"{name}.json"
    known = json.loads(path.read_text())["sizes"] if path.exists() else []
    for rows in options.rows:
        size = bench_size(rows, options.raw, not options.no_peer, options.scratch)
        known = sorted([old for old in known if old["rows"] != rows] + [size], key=lambda entry: entry["rows"])
        print(json.dumps(size))
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"benchmark": name, "machine": machine(), "commit": commit(), "sizes": known}, indent=1) + "\n")
    write_tables()


if __name__ == "__main__":
    main()
