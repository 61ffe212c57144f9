"""The real zones of New York as a shapefile in feet: reprojected as PostGIS does it, joined as examples/views does."""

import shutil
import subprocess
import sys

import psycopg2
import pytest

from tests.harness.program import ROOT, query, rhumb, write_project

TRIPS = 20_000
PUBLISHED = "SELECT * FROM vw_processed_data ORDER BY pickup_zone, dropoff_zone, week, hour"
POSTGIS = """
SELECT p.zone_id, d.zone_id, date_trunc('week', t.picked_up_at), extract(hour FROM t.picked_up_at)::int,
       count(*), avg(t.fare), percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_DistanceSphere(t.pickup, t.dropoff))
FROM public.trips t
JOIN public.zones p ON ST_Contains(p.geom, t.pickup)
JOIN public.zones d ON ST_Contains(d.geom, t.dropoff)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
ZONES = """
read: {{ directory: {{ path: {folder}, files: "taxi_zones.*" }} }}
decode: {{ shapefile: {{}} }}
columns:
  zone_id: {{ type: integer, from: OBJECTID, nullable: false }}
  zone: text
  geom: {{ type: multipolygon, crs: 4326 }}
"""


@pytest.fixture(scope="module")
def zones(tmp_path_factory, shared_data):
    """The zones alone as a source, read from the files as the city publishes them."""
    landing = tmp_path_factory.mktemp("landing")
    for path in (shared_data / "nyc_zones").glob("taxi_zones.*"):
        shutil.copy(path, landing)
    return landing


def ask(url, sql):
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None


def zones_source(landing):
    return ZONES.format(folder=landing).replace('"taxi_zones.*"', '"*.shp"')


def test_every_zone_is_where_postgis_puts_it(tmp_path, zones, pg_database):
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: zones\n", "sources/zones.yaml": zones_source(zones),
                             "sources/feet.yaml": f'read: {{ directory: {{ path: {zones}, files: "*.shp" }} }}\ndecode: {{ shapefile: {{}} }}\n'})
    rhumb("run", cwd=tmp_path, check=0)
    ours = query("SELECT zone_id, ST_AsText(geom) AS wkt FROM zones ORDER BY 1", tmp_path)
    feet = query("SELECT OBJECTID AS zone_id, ST_AsText(geometry) AS wkt FROM feet ORDER BY 1", tmp_path)
    assert len(ours) == len(feet) == 263
    ask(pg_database, "CREATE EXTENSION IF NOT EXISTS postgis; CREATE TABLE z (id int, feet geometry, ours geometry)")
    with psycopg2.connect(pg_database) as connection, connection.cursor() as cursor:
        for theirs, row in zip(feet, ours):
            cursor.execute("INSERT INTO z VALUES (%s, ST_GeomFromText(%s, 2263), ST_GeomFromText(%s, 4326))",
                           (row["zone_id"], theirs["wkt"], row["wkt"]))
    furthest, = ask(pg_database, "SELECT max(ST_HausdorffDistance(ST_Transform(feet, 4326), ours)) FROM z")[0]
    assert furthest < 1e-9
    assert ask(pg_database, "SELECT count(*) FROM z WHERE ST_SRID(ours) = 4326 AND ST_NPoints(ours) = ST_NPoints(feet)") == [(263,)]


def test_views_runs_on_the_real_zones(tmp_path, zones, pg_database):
    """The zones come from the shapefile instead of the warehouse's table; PostGIS joins the same ones."""
    folder = tmp_path / "views"
    shutil.copytree(ROOT / "examples" / "views", folder, ignore=shutil.ignore_patterns(".rhumb"))
    (folder / "sources" / "zones.yaml").write_text(zones_source(zones))
    env = {"WAREHOUSE_URL": pg_database}
    alone = write_project(tmp_path / "alone", {"rhumb.yaml": "rhumb: 1\nname: zones\n", "sources/zones.yaml": zones_source(zones)})
    rhumb("run", cwd=alone, check=0)
    listed = tmp_path / "zones.csv"
    rows = query("SELECT zone_id, ST_AsText(geom) AS wkt FROM zones", alone)
    listed.write_text("zone_id,geom\n" + "".join(f'{row["zone_id"]},"{row["wkt"]}"\n' for row in rows))
    subprocess.run([sys.executable, folder / "prepare.py", pg_database, "--trips", str(TRIPS), "--zones", listed], check=True)
    rhumb("run", cwd=folder, env=env, check=0)
    published, expected = ask(pg_database, PUBLISHED), ask(pg_database, POSTGIS)
    assert len(published) == len(expected) > 1000
    for ours, theirs in zip(published, expected):
        assert ours[:5] == theirs[:5]
        assert ours[5] == pytest.approx(theirs[5]) and ours[6] == pytest.approx(theirs[6], rel=1e-9)


def test_a_part_named_by_the_pattern_says_what_to_write(tmp_path, zones):
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: zones\n", "sources/zones.yaml": ZONES.format(folder=zones)})
    outcome = rhumb("run", cwd=tmp_path)
    assert outcome.status == 1
    assert 'files: "*.shp"' in outcome.err
