"""The real zones of New York as a shapefile in feet: reprojected as PostGIS does it, joined as examples/views does."""

import shutil

import psycopg2
import pytest

from tests.harness.ask import ask
from tests.harness.program import query, rhumb, write_project
from tests.system.views_example import assert_equals_postgis, copy_project, fill_warehouse

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
    copy_project(folder)
    (folder / "sources" / "zones.yaml").write_text(zones_source(zones))
    env = {"WAREHOUSE_URL": pg_database}
    alone = write_project(tmp_path / "alone", {"rhumb.yaml": "rhumb: 1\nname: zones\n", "sources/zones.yaml": zones_source(zones)})
    rhumb("run", cwd=alone, check=0)
    listed = tmp_path / "zones.csv"
    rows = query("SELECT zone_id, ST_AsText(geom) AS wkt FROM zones", alone)
    listed.write_text("zone_id,geom\n" + "".join(f'{row["zone_id"]},"{row["wkt"]}"\n' for row in rows))
    fill_warehouse(folder, pg_database, listed)
    rhumb("run", cwd=folder, env=env, check=0)
    assert_equals_postgis(pg_database, more_than=1000)


def test_a_part_named_by_the_pattern_says_what_to_write(tmp_path, zones):
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: zones\n", "sources/zones.yaml": ZONES.format(folder=zones)})
    outcome = rhumb("run", cwd=tmp_path)
    assert outcome.status == 1
    assert 'files: "*.shp"' in outcome.err
