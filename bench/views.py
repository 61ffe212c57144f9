"""The materialized view of examples/views: trips joined twice with zones, grouped, median distance.

    bench/run views 1000000 5000000 [--zones FILE] [--without postgis,geopandas]

Per size, in one run over the same rows: REFRESH MATERIALIZED VIEW in PostGIS with its indexes;
DuckDB, SedonaDB and GeoPandas from Parquet to Parquet, unpublished; and Rhumb from the PostgreSQL
table to the view that readers use. Every answer is compared with that of PostGIS.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg2

from bench.measure import measure
from bench.report import write_tables
from bench.results import save, with_ratios
from tests.harness.postgres import PostgresCluster
from tests.harness.program import ROOT, binary

PYTHON = ROOT / ".deps/peers/bin/python"
PEERS = ROOT / "bench/peers"
NYC_ZONES = ROOT.parent / "shared/data/nyc_zones/taxi_zones.shp"
INDEXES = [("week",), ("pickup_zone", "week")]  # those of examples/views

TABLES = """
CREATE TABLE public.zones (zone_id integer PRIMARY KEY, geom geometry(Geometry, 4326) NOT NULL);
CREATE TABLE public.trips (id bigint PRIMARY KEY, picked_up_at timestamp NOT NULL, fare double precision,
                           pickup geometry(Point, 4326), dropoff geometry(Point, 4326));
"""
VIEW = """
CREATE MATERIALIZED VIEW processed_data AS
SELECT p.zone_id AS pickup_zone, d.zone_id AS dropoff_zone, date_trunc('week', t.picked_up_at) AS week,
       extract(hour FROM t.picked_up_at)::int AS hour, count(*) AS trips, avg(t.fare) AS avg_fare,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_DistanceSphere(t.pickup, t.dropoff)) AS median_distance_m
FROM public.trips AS t
JOIN public.zones AS p ON ST_Contains(p.geom, t.pickup)
JOIN public.zones AS d ON ST_Contains(d.geom, t.dropoff)
GROUP BY 1, 2, 3, 4 WITH NO DATA
"""


@contextlib.contextmanager
def cursor_of(url):
    """Every statement by itself: VACUUM wants no transaction."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def generate(folder, rows, zones):
    subprocess.run([PYTHON, PEERS / "generate_views.py", folder, str(rows), "1", zones], check=True)


def load(url, folder):
    """The generated rows as tables, with the primary keys and the spatial index that PostGIS joins by."""
    wkb = subprocess.run([PYTHON, "-c", "import geopandas, sys\nfor row in geopandas.read_parquet(sys.argv[1]).itertuples(): print(row.zone_id, row.geom.wkb_hex, sep='\\t')",
                          folder / "zones.parquet"], check=True, capture_output=True, text=True).stdout
    with cursor_of(url) as cursor:
        cursor.execute(TABLES)
        for line in wkb.splitlines():
            cursor.execute("INSERT INTO public.zones VALUES (%s, ST_SetSRID(%s::geometry, 4326))", line.split("\t"))
        with open(folder / "trips.copy", "rb") as rows:
            cursor.copy_expert("COPY public.trips FROM STDIN (FORMAT binary)", rows)
        cursor.execute("CREATE INDEX ON public.zones USING gist (geom)")
        cursor.execute("VACUUM ANALYZE public.trips")
        cursor.execute("VACUUM ANALYZE public.zones")


def export(url, relation, path):
    """A relation as CSV, for the comparison."""
    with cursor_of(url) as cursor, open(path, "w", encoding="utf-8") as out:
        cursor.copy_expert(f"COPY (SELECT * FROM {relation}) TO STDOUT (FORMAT csv, HEADER)", out)


def psql(url, script, cluster):
    return measure(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", script, url], server=cluster.process.pid)


def run_postgis(url, folder, cluster):
    with cursor_of(url) as cursor:
        cursor.execute(VIEW)
        for columns in INDEXES:
            cursor.execute(f"CREATE INDEX ON processed_data ({', '.join(columns)})")
    result = psql(url, "REFRESH MATERIALIZED VIEW processed_data; ANALYZE processed_data", cluster)
    export(url, "processed_data", folder / "postgis.csv")
    return {"system": "PostGIS REFRESH", **result}


def run_rhumb(url, folder, cluster):
    project = folder / "project"
    shutil.copytree(ROOT / "examples/views", project, ignore=shutil.ignore_patterns(".rhumb"))
    env = {**os.environ, "WAREHOUSE_URL": url, "NO_COLOR": "1"}
    result = measure([binary(), "run"], cwd=project, env=env, server=cluster.process.pid)
    export(url, "vw_processed_data", folder / "rhumb.csv")
    return {"system": "Rhumb", **result}


def run_peer(name, folder):
    extension = next((ROOT / ".deps/duckdb/extensions").rglob("spatial.duckdb_extension"))
    arguments = [str(extension)] if name == "DuckDB" else []
    out = folder / f"{name.lower()}.parquet"
    result = measure([str(PYTHON), str(PEERS / f"views_{name.lower()}.py"), str(folder), str(out), *arguments])
    return {"system": name, **result}


def mark_equal(systems, folder):
    """Says of each system whether its groups are those of the first, values within 1e-5 (the radius of DuckDB's sphere)."""
    files = {"PostGIS REFRESH": "postgis.csv", "Rhumb": "rhumb.csv"}
    paths = [str(folder / files.get(system["system"], f"{system['system'].lower()}.parquet")) for system in systems]
    found = subprocess.run([PYTHON, PEERS / "compare_views.py", *paths], check=True, capture_output=True, text=True).stdout.split()
    for system, groups, equal in zip(systems, found[0::2], found[1::2]):
        system["groups"], system["equal"] = int(groups), equal == "equal"


def bench_size(rows, zones, without, scratch):
    with PostgresCluster() as cluster, tempfile.TemporaryDirectory(dir=scratch) as temporary:
        folder = Path(temporary)
        generate(folder, rows, zones)
        url = cluster.create_database()
        load(url, folder)
        systems = []
        if "postgis" not in without:
            systems.append(run_postgis(url, folder, cluster))
        systems += [run_peer(name, folder) for name in ("DuckDB", "GeoPandas", "SedonaDB") if name.lower() not in without]
        systems.append(run_rhumb(url, folder, cluster))
        mark_equal(systems, folder)
        return with_ratios(systems)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--zones", type=Path, default=NYC_ZONES, help="polygons in a format that GDAL reads")
    parser.add_argument("--without", default="", help="systems to leave out, separated by commas")
    parser.add_argument("--scratch", type=Path, default=None, help="a folder on a large disk")
    options = parser.parse_args()
    for rows in options.rows:
        save("views", rows, bench_size(rows, options.zones, options.without.split(","), options.scratch))
    write_tables()


if __name__ == "__main__":
    main()
