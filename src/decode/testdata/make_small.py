"""Writes the folder `small`: the same few places in every format, a few hundred bytes each, for the
test that cuts and changes them at every byte and as seeds of the fuzzers.

    .deps/venv/bin/python src/decode/testdata/make_small.py

Nothing here uses the program under test. The same bytes every time.
"""

import gzip
import io
import json
import os
import sqlite3
import struct
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

FOLDER = Path(__file__).parent / "small"
PLACES = [(1, "Turin", 7.5, 45.0), (2, "Zürich", 8.5, 47.25), (3, "Puerto Montt", -72.9, -41.5)]
TABLE = "id,name,lon,lat\n" + "".join(f"{i},{name},{x},{y}\n" for i, name, x, y in PLACES)
DEGREES = ('GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
           'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]')


def feature(i, name, x, y):
    return {"type": "Feature", "properties": {"id": i, "name": name}, "geometry": {"type": "Point", "coordinates": [x, y]}}


def point(x, y, srid=None):
    """WKB, or EWKB with an SRID."""
    return struct.pack("<BI", 1, 1) + struct.pack("<dd", x, y) if srid is None else struct.pack("<BIIdd", 1, 0x20000001, srid, x, y)


def texts():
    features = [feature(*place) for place in PLACES]
    plain = {"ensure_ascii": False, "separators": (",", ":")}
    yield "places.csv", TABLE
    yield "places.geojson", json.dumps({"type": "FeatureCollection", "features": features}, **plain) + "\n"
    yield "places.geojsonl", "".join(json.dumps(each, **plain) + "\n" for each in features)
    yield "places.jsonl", "".join(json.dumps({"id": i, "name": name, "at": [x, y]}, **plain) + "\n" for i, name, x, y in PLACES)
    yield "places.wkt", "".join(f"SRID=4326;POINT ({x} {y})\n" for _, _, x, y in PLACES)
    yield "places.hex", "".join(point(x, y, 4326).hex() + "\n" for _, _, x, y in PLACES)
    yield "borders.topojson", json.dumps({
        "type": "Topology", "objects": {"squares": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "id": 1, "properties": {"name": "west"}, "arcs": [[0, 1]]},
            {"type": "Polygon", "id": 2, "properties": {"name": "east"}, "arcs": [[-1, 2]]}]}},
        "arcs": [[[1, 0], [1, 1]], [[1, 1], [0, 1], [0, 0], [1, 0]], [[1, 0], [2, 0], [2, 1], [1, 1]]]}, **plain)
    yield "walk.gpx", walk()
    yield "places.kml", placemarks()
    yield "log.nmea", log()
    yield "walk.plt", "Geolife trajectory\r\nWGS 84\r\nAltitude is in Feet\r\nReserved 3\r\n0,2,255,My Track,0,0,2,8421376\r\n0\r\n" + "".join(
        f"{45 + i / 8},{7 + i / 8},0,{100 + i},39745.0902662037,2008-10-24,02:09:59\r\n" for i in range(3))


def walk():
    points = "".join(f'<trkpt lat="{y}" lon="{x}"><ele>{i}</ele><time>2024-01-02T03:04:0{i}Z</time></trkpt>\n' for i, _, x, y in PLACES)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">\n'
            '<wpt lat="45.5" lon="7.25"><name>inn</name><link href="http://a"/><extensions><x><hr>112</hr></x></extensions></wpt>\n'
            '<rte><name>back</name><rtept lat="1" lon="2"/><rtept lat="3" lon="4"/></rte>\n'
            f"<trk><name>way</name><trkseg>\n{points}</trkseg></trk>\n</gpx>\n")


def placemarks():
    marks = "".join(f'<Placemark><name>{name}</name><ExtendedData><Data name="id"><value>{i}</value></Data></ExtendedData>'
                    f"<Point><coordinates>{x},{y}</coordinates></Point></Placemark>\n" for i, name, x, y in PLACES)
    ring = "<LinearRing><coordinates>0,0 4,0 4,4 0,0</coordinates></LinearRing>"
    hole = "<LinearRing><coordinates>1,0.5 2,0.5 2,1 1,0.5</coordinates></LinearRing>"
    marks += (f"<Folder><name>&lt;more&gt;</name><Placemark><name><![CDATA[area]]></name><Polygon><outerBoundaryIs>{ring}</outerBoundaryIs>"
              f"<innerBoundaryIs>{hole}</innerBoundaryIs></Polygon></Placemark>\n<Placemark><gx:Track><when>2024-01-02T03:04:05Z</when>"
              "<when>2024-01-02T03:04:06Z</when><gx:coord>7 45 0</gx:coord><gx:coord>8 46 1</gx:coord></gx:Track></Placemark></Folder>\n")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">'
            f"<Document>\n{marks}</Document></kml>\n")


def log():
    out = ""
    for second in range(3):
        for text in (f"GPGGA,12000{second},4807.038,N,01131.00{second},E,1,08,0.9,545.4,M,46.9,M,,",
                     f"GPRMC,12000{second},A,4807.038,N,01131.00{second},E,022.4,084.4,230324,003.1,W"):
            sum_of = 0
            for byte in text.encode():
                sum_of ^= byte
            out += f"${text}*{sum_of:02X}\r\n"
    return out


def shapefile():
    """The parts of a shapefile of points."""
    header = struct.Struct(">7i").pack(9994, 0, 0, 0, 0, 0, 0)[:24]
    box = struct.pack("<8d", -72.9, -41.5, 8.5, 47.25, 0, 0, 0, 0)
    shapes, index = b"", b""
    for i, _, x, y in PLACES:
        index += struct.pack(">2i", 50 + len(shapes) // 2, 10)
        shapes += struct.pack(">2i", i, 10) + struct.pack("<idd", 1, x, y)
    for name, content in (("places.shp", shapes), ("places.shx", index)):
        yield name, header + struct.pack(">i", 50 + len(content) // 2) + struct.pack("<2i", 1000, 1) + box + content
    fields = b"".join(struct.pack("<11sc4xBB14x", name, kind, size, 0) for name, kind, size in ((b"id", b"N", 4), (b"name", b"C", 14)))
    rows = b"".join(b" " + f"{i:4d}".encode() + name.encode().ljust(14) for i, name, _, _ in PLACES)
    yield "places.dbf", struct.pack("<4BIHH20x", 3, 124, 1, 2, len(PLACES), 33 + len(fields), 19) + fields + b"\r" + rows + b"\x1a"
    yield "places.prj", DEGREES.encode()
    yield "places.cpg", b"UTF-8"


PACKAGE = """
PRAGMA page_size = 512;
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
 organization_coordsys_id INTEGER, definition TEXT, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
 last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
 z TINYINT, m TINYINT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS[...]', '');
CREATE TABLE places (id INTEGER PRIMARY KEY, geom POINT, name TEXT);
INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('places', 'features', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('places', 'geom', 'POINT', 4326, 0, 0);
"""


def geopackage():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "places.gpkg"
        database = sqlite3.connect(path)
        database.executescript(PACKAGE)
        for i, name, x, y in PLACES:
            database.execute("INSERT INTO places VALUES (?, ?, ?)", (i, b"GP\x00\x01" + struct.pack("<i", 4326) + point(x, y), name))
        database.commit()
        database.close()
        return path.read_bytes()


def archive(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def workbook():
    rows = "".join(f'<row r="{i + 1}"><c r="A{i + 1}"><v>{i}</v></c><c r="B{i + 1}" t="inlineStr"><is><t>{name}</t></is></c></row>' for i, name, _, _ in PLACES)
    head = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    return archive([
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", '<workbook><sheets><sheet name="Places" sheetId="1" r:id="r1"/></sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'),
        ("xl/sharedStrings.xml", "<sst><si><t>id</t></si><si><t>name</t></si></sst>"),
        ("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{head}{rows}</sheetData></worksheet>")])


def parquet():
    ids, names, xs, ys = zip(*PLACES)
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}}
    table = pa.table({"id": pa.array(ids, pa.int64()), "name": names, "geometry": [point(x, y) for x, y in zip(xs, ys)]})
    out = io.BytesIO()
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), out, compression="NONE", store_schema=False)
    return out.getvalue()


def binaries():
    yield "places.wkb", b"".join(point(x, y, 4326) for _, _, x, y in PLACES)
    yield from shapefile()
    yield "places.gpkg", geopackage()
    yield "places.xlsx", workbook()
    yield "places.parquet", parquet()
    yield "places.csv.gz", gzip.compress(TABLE.encode(), mtime=0)
    yield "places.csv.zst", pa.compress(TABLE.encode(), codec="zstd", asbytes=True)
    yield "places.zip", archive([("readme.md", "places\n"), ("a/places.csv", TABLE), ("b/places.csv", TABLE)])
    yield "places.kmz", archive([("doc.kml", placemarks())])


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, text in texts():
        (FOLDER / name).write_bytes(text.encode())
    for name, content in binaries():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
