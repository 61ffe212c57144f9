"""`rhumb inspect` on real files: the source file it prints is accepted by `check` and read by `run` as it is."""

import re

import pytest

from tests.harness.program import query, rhumb, write_project

# Ten real files of ten kinds, with what their bytes are.
FILES = {
    "citibike/citibike_2024-09_10k.csv": "csv",
    "messy/Meteorite_Landings.csv": "csv",
    "messy/gps_demo_xlsx_named_csv.csv": "xlsx",
    "fgb/amsterdam_roads.fgb": "flatgeobuf",
    "gpx/around-visnjan-with-car.gpx": "gpx",
    "kml_gpx_oracle/mapbox/gxtrack.kml": "kml",
    "geolife/Data/001/Trajectory/20081023055305.plt": "plt",
    "boundaries/NY_counties_2011.geojson": "geojson",
    "nyc_zones/taxi_zones.shp": "shapefile",
    "geoparquet/natural-earth_cities_geo.parquet": "parquet",
}


@pytest.mark.parametrize("name", FILES, ids=lambda name: FILES[name] + " " + name)
def test_the_source_it_prints_is_read_as_it_is(name, tmp_path, shared_data):
    path = shared_data / name
    report = rhumb("inspect", path, "--json", cwd=tmp_path, check=0).json()
    assert report["format"] == FILES[name]
    assert report["rows"] > 0
    text = rhumb("inspect", path, "--source", cwd=tmp_path, check=0).out
    assert text == report["source"]
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: looked\n", "sources/found.yaml": text})
    rhumb("check", cwd=tmp_path, check=0)
    rhumb("run", cwd=tmp_path, check=0)
    assert query("SELECT count(*) AS n FROM found", tmp_path) == [{"n": report["rows"]}]
    assert query("SELECT count(*) AS n FROM rhumb_quarantine", tmp_path) == [{"n": report["quarantined"]}]


def test_what_it_shows_of_a_track(tmp_path, shared_data):
    path = shared_data / "gpx" / "around-visnjan-with-car.gpx"
    points = len(re.findall(r"<trkpt ", path.read_text(encoding="utf-8")))
    said = rhumb("inspect", path, cwd=tmp_path, env={"LC_ALL": "C.UTF-8"}, check=0).out
    assert f": GPX, " in said.splitlines()[0] and f"{points:,} rows, 0 quarantined" in said.splitlines()[0]
    dots = [line for line in said.splitlines() if re.fullmatch(r"  [\u2800-\u28ff]+", line)]
    assert len(dots) == 16 and any(c != "\u2800" for line in dots for c in line.strip())
