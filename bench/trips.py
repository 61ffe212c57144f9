"""The trips CSV to published groups and weekly counts, beside COPY and SQL in PostgreSQL.

    bench/run trips 1000000 10000000 [--raw]

Per size, in one run: Rhumb from CSV files to the groups and weekly counts published in PostGIS; one
more file of 100,000 rows; and the same by COPY into a staging table and SQL. With --raw also the
raw trips as a PostGIS table with its GiST index.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.measure import disk_mib, measure
from bench.report import write_tables
from bench.results import save, with_ratios
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

PEER_RAW = """
CREATE TABLE trips AS SELECT region, ST_GeomFromText(origin, 4326) AS origin, ST_GeomFromText(destination, 4326) AS destination, started_at, datasource FROM staging;
CREATE INDEX ON trips USING gist (origin);
ANALYZE trips;
"""

RAW_MODEL = """-- ---
-- description: Every trip.
-- kind: append
-- publish: { to: warehouse, view: analytics.trips, indexes: [origin, { columns: destination, method: none }] }
-- ---
SELECT region, origin, destination, started_at, datasource FROM trips_csv
"""


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


def bench_peer(folder, cluster, raw):
    url = cluster.create_database()
    files = sorted(folder.glob("landing/trips/trips-1-*.csv"))
    script = folder / "peer.sql"
    copies = "\n".join(f"\\copy staging FROM '{path}' WITH (FORMAT csv, HEADER true)" for path in files)
    script.write_text(PEER.format(copies=copies) + (PEER_RAW if raw else ""))
    # The cluster and its password live as long as this run.
    result = measure(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script), url], server=cluster.process.pid)
    cluster.drop_database(url)
    return result


def bench_size(rows, raw, peer, scratch):
    with PostgresCluster() as cluster, tempfile.TemporaryDirectory(dir=scratch) as temporary:
        folder = Path(temporary) / "trips"
        make_project(folder, raw)
        first, more = bench_rhumb(folder, rows, cluster, raw)
        systems = [{"system": "Rhumb", **first}]
        if more:
            systems.append({"system": "Rhumb, 100,000 rows more", "rows": 100_000, "without_ratio": True, **more})
        if peer:
            systems.append({"system": "COPY + SQL", **bench_peer(folder, cluster, raw)})
    return with_ratios(systems)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--raw", action="store_true", help="also publish every trip as a PostGIS table with its GiST index")
    parser.add_argument("--no-peer", action="store_true", help="leave out COPY and SQL")
    parser.add_argument("--scratch", type=Path, default=None, help="a folder on a large disk")
    options = parser.parse_args()
    for rows in options.rows:
        save("trips_raw" if options.raw else "trips", rows, bench_size(rows, options.raw, not options.no_peer, options.scratch))
    write_tables()


if __name__ == "__main__":
    main()
