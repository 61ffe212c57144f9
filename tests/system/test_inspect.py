"""`rhumb inspect` on real files: the source file it prints is accepted by `check` and read by `run` as it is; and the pages it and `rhumb quarantine` write."""

import csv
import re
import zipfile
from html.parser import HTMLParser

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


def write_workbook(path, sheets):
    """A workbook of sheets by name, each a list of rows of texts."""
    kinds = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    entries = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1))
    places = "".join(f'<Relationship Id="r{i}" Type="worksheet" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(sheets) + 1))
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", f"<workbook {kinds}><sheets>{entries}</sheets></workbook>")
        book.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{places}</Relationships>")
        for i, rows in enumerate(sheets.values(), 1):
            lines = "".join("<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows)
            book.writestr(f"xl/worksheets/sheet{i}.xml", f"<worksheet {kinds}><sheetData>{lines}</sheetData></worksheet>")


def test_each_sheet_has_a_source_of_its_own(tmp_path):
    write_workbook(tmp_path / "book.xlsx", {"Trips, all": [["id", "name"], ["1", "a"], ["2", "b"]], "Stops": [["stop"], ["x"]]})
    report = rhumb("inspect", "book.xlsx", "--json", cwd=tmp_path, check=0).json()
    assert [(part["layer"], part["rows"]) for part in report["layers"]] == [("Trips, all", 2), ("Stops", 1)]
    refused = rhumb("inspect", "book.xlsx", "--source", cwd=tmp_path, check=2)
    assert "--layer" in refused.err and "Trips, all, Stops" in refused.err
    assert "there is no layer 'Stop'" in rhumb("inspect", "book.xlsx", "--layer", "Stop", cwd=tmp_path, check=2).err
    files = {"rhumb.yaml": "rhumb: 1\nname: looked\n"}
    for name, layer in (("trips", "Trips, all"), ("stops", "Stops")):
        files[f"sources/{name}.yaml"] = rhumb("inspect", "book.xlsx", "--source", "--layer", layer, cwd=tmp_path, check=0).out
    write_project(tmp_path, files)
    rhumb("check", cwd=tmp_path, check=0)
    rhumb("run", cwd=tmp_path, check=0)
    assert query("SELECT (SELECT count(*) FROM trips) AS t, (SELECT count(*) FROM stops) AS s", tmp_path) == [{"t": 2, "s": 1}]


class Page(HTMLParser):
    """Elements of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def check_page(path):
    """Nothing in it runs or comes from elsewhere."""
    page = Page(path.read_text(encoding="utf-8"))
    allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "pre", "code", "svg", "circle", "rect"}
    assert {tag for tag, _ in page.elements} <= allowed
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") or name in ("href", "src", "style") for name in attributes), (tag, attributes)
    policy = [attributes["content"] for tag, attributes in page.elements if attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policy and policy[0].startswith("default-src 'none'")
    return page


HOSTILE = ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>", "</pre></td><svg onload=alert(3)>", "&lt;b&gt;"]


def test_a_page_shows_hostile_values_as_they_are(tmp_path):
    with open(tmp_path / "bad.csv", "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", *HOSTILE, "lon", "lat"])
        rows.writerows([i, *HOSTILE, 7 + i / 10, 45 + i / 10] for i in range(30))
    rhumb("inspect", "bad.csv", "--html", "page.html", cwd=tmp_path, check=0)
    page = check_page(tmp_path / "page.html")
    assert all(text in page.text for text in HOSTILE)
    assert sum(tag == "circle" for tag, _ in page.elements) == 30
    assert any(attributes.get("class") == "bars" for _, attributes in page.elements)


def test_quarantine_as_a_page_and_mended_from_its_export(tmp_path):
    source = 'read: { directory: { path: landing, files: "*.csv" } }\ncolumns:\n  id: { type: integer, nullable: false }\n  name: text\n  at: { type: point, lon: lon, lat: lat, extent: [5, 40, 10, 50] }\nbad_rows: { stop_above: 100% }\n'
    landing = "id,name,lon,lat\n1,good,7,45\ntwo,<script>alert(1)</script>,8,46\n3,far,100,45\n4,none,x,y\n"
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: bad\n", "sources/places.yaml": source, "landing/a.csv": landing})
    rhumb("run", cwd=tmp_path, check=0)
    rhumb("quarantine", "--html", "bad.html", cwd=tmp_path, check=0)
    page = check_page(tmp_path / "bad.html")
    assert "<script>alert(1)</script>" in page.text and "a.csv:3:1" in page.text
    assert sum(tag == "circle" for tag, _ in page.elements) == 2  # `two` and `far`; x, y is no place
    assert "no filter" in rhumb("quarantine", "--export", "bad.csv", "--reason", "bad-number", cwd=tmp_path, check=2).err
    rhumb("quarantine", "--export", "bad.csv", cwd=tmp_path, check=0)
    bad = (tmp_path / "bad.csv").read_text(encoding="utf-8")
    assert bad == "id,name,lon,lat\ntwo,<script>alert(1)</script>,8,46\n3,far,100,45\n4,none,x,y\n"
    mended = bad.replace("two", "2").replace("100,45", "9,45").replace("x,y", "6,41")
    (tmp_path / "bad.csv").write_text(mended, encoding="utf-8")
    rhumb("replay", "places", "--from", "bad.csv", cwd=tmp_path, check=0)
    rhumb("run", cwd=tmp_path, check=0)
    assert query('SELECT sum(id)::INT AS s, count("at") AS n FROM places', tmp_path) == [{"s": 10, "n": 4}]
    assert rhumb("quarantine", "--json", cwd=tmp_path, check=0).json() == []
