"""Real KML beside the GeoJSON that another reader makes of it, and real FlatGeobuf and Excel files."""

import gzip
import json
import zipfile
from xml.etree import ElementTree

from tests.harness.program import query, rhumb, write_project

# What we do on purpose otherwise than the oracle, by file.
EXPLAINED = {
    "nogeomplacemark.kml": "a Placemark without geometry is a row without geometry, not left out",
    "timespan.kml": "its polygon's ring has three positions and is open: quarantined, as PostGIS would refuse it",
}


def read(folder, files, kind, options="{}"):
    """{name: rows} of each file as a source of its own, geometry as GeoJSON."""
    project = {"rhumb.yaml": "rhumb: 1\nname: oracle\n"}
    for index, path in enumerate(files):
        place = folder / "landing" / f"f{index}"
        place.mkdir(parents=True)
        (place / path.name).write_bytes(path.read_bytes())
        project[f"sources/f{index}.yaml"] = f'read: {{ directory: {{ path: landing/f{index}, files: "*" }} }}\ndecode: {{ {kind}: {options} }}\nbad_rows: {{ stop_above: 100% }}\n'
    write_project(folder, project)
    rhumb("run", cwd=folder, check=0)
    return {path.name: query(f"SELECT * EXCLUDE geometry, ST_AsGeoJSON(geometry) AS shape FROM f{index}", folder)
            for index, path in enumerate(files)}


def parts(geometry):
    """The simple parts of a geometry: a MultiPoint and a collection of points hold the same.

    Parts that hold no position are left out on both sides: readers differ in which of them they show.
    """
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return [part for each in geometry["geometries"] for part in parts(each)]
    if kind.startswith("Multi"):
        return [(kind[5:], each) for each in geometry["coordinates"]]
    return [(kind, geometry["coordinates"])] if geometry["coordinates"] not in ([], [None], [[None]]) else []


def flat(part):
    """Positions of a part, without heights: the oracle leaves some of them away."""
    kind, coordinates = part
    if kind == "LineString" and len(coordinates) == 1:
        # A track of one position: the oracle's line of one position is no line, ours is a point.
        kind, coordinates = "Point", coordinates[0]
    if kind == "Point":
        return kind, [tuple(coordinates[:2])]
    lines = coordinates if kind == "Polygon" else [coordinates]
    return kind, [tuple(position[:2]) for line in lines for position in line]


def rejected(folder, name):
    return query(f"SELECT reason FROM rhumb_quarantine WHERE name = '{name}'", folder)


def test_kml_is_read_as_another_reader_reads_it(tmp_path, shared_data):
    folder = shared_data / "kml_gpx_oracle" / "mapbox"
    files = sorted(path for path in folder.glob("*.kml") if (folder / f"{path.name}.geojson").exists())
    assert len(files) > 15
    ours = read(tmp_path, files, "kml")
    for path in files:
        expected = [each for each in json.loads((folder / f"{path.name}.geojson").read_text())["features"]]
        rows = ours[path.name]
        if path.name in EXPLAINED:
            assert [len(rows), len(expected)] == ([1, 0] if path.name == "nogeomplacemark.kml" else [0, len(rejected(tmp_path, path.name))])
            continue
        assert len(rows) == len(expected), path.name
        for row, feature in zip(rows, expected):
            assert (row["name"] or "") == (feature["properties"].get("name") or "").strip(), path.name
            assert [flat(each) for each in parts(json.loads(row["shape"]))] == [flat(each) for each in parts(feature["geometry"])], path.name
            for key, value in feature["properties"].items():
                if key in row and isinstance(value, str) and key not in ("description", "name"):
                    assert row[key] is None or str(row[key]) == value.strip(), (path.name, key)


def geometry_of(row):
    """What the oracle shows of a line: segments of fewer than two positions are left away, and a line without any."""
    lines = [flat(each) for each in parts(json.loads(row["shape"]))] if row["shape"] else []
    return lines if row["kind"] == "waypoint" else [line for line in lines if len(line[1]) > 1]


def test_gpx_is_read_as_another_reader_reads_it(tmp_path, shared_data):
    folder = shared_data / "kml_gpx_oracle" / "mapbox"
    files = sorted(path for path in folder.glob("*.gpx") if (folder / f"{path.name}.geojson").exists())
    assert len(files) > 12
    ours = read(tmp_path, files, "gpx", "{ rows: lines }")
    for path in files:
        expected = json.loads((folder / f"{path.name}.geojson").read_text())["features"]
        # Tracks, routes and waypoints in this order there, as in the file here.
        rows = sorted((row for row in ours[path.name] if geometry_of(row)), key=lambda row: ["track", "route", "waypoint"].index(row["kind"]))
        assert len(rows) == len(expected), path.name
        for row, feature in zip(rows, expected):
            assert geometry_of(row) == [flat(each) for each in parts(feature["geometry"])], path.name
            assert (row["name"] or "") == feature["properties"].get("name", "").strip(), path.name
            times = feature["properties"].get("coordTimes")
            if times and feature["geometry"]["type"] == "LineString":
                assert json.loads(row["times"]) == times, path.name


def test_flatgeobuf_holds_what_another_reader_found(tmp_path, shared_data):
    rows = read(tmp_path, [shared_data / "fgb" / "amsterdam_roads.fgb"], "flatgeobuf")["amsterdam_roads.fgb"]
    expected = json.loads(gzip.decompress((shared_data / "fgb" / "amsterdam_roads_50.geojson.gz").read_bytes()))["features"]
    assert len(rows) == 21_648
    shapes = {row["shape"] and json.dumps(json.loads(row["shape"])["coordinates"]) for row in rows}
    found = sum(json.dumps(feature["geometry"]["coordinates"]) in shapes for feature in expected)
    assert found == len(expected)


def test_a_workbook_that_is_called_csv_is_read_as_what_it_is(tmp_path, shared_data):
    place = tmp_path / "landing"
    place.mkdir()
    path = shared_data / "messy" / "gps_demo_xlsx_named_csv.csv"
    (place / path.name).write_bytes(path.read_bytes())
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: one\n",
                             "sources/t.yaml": 'read: { directory: { path: landing, files: "*" } }\ndecode: { xlsx: {} }\n'})
    rhumb("run", cwd=tmp_path, check=0)
    # Rows of the sheet below its header, counted with Python's zipfile and ElementTree.
    assert query("SELECT count(*) AS n FROM t", tmp_path)[0]["n"] == rows_of(path)


def rows_of(path):
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    return sum(any(cell.find("m:v", space) is not None for cell in row) for row in sheet.iter(f"{{{space['m']}}}row")) - 1
