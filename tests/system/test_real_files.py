"""Every real file: taken in whole, or refused with a message a person can act on.

One project with a source per file is run once; a failing source never stops the others. For each file
the outcome stands in real_files.tsv (`make bless` writes it anew): rows, quarantined records, or the
error. Rows and quarantine together must be the records that Python's own readers count. GeoLife's 701 files have
a test of their own.
"""

import csv
import gzip
import json
import os
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.harness.program import query, rhumb, write_project

# Read as what their names say, and in the other folders as what their bytes show.
NAMED = ["csv_torture", "messy", "geoparquet", "nyc_tlc_monthly", "citibike", "chicago_taxi"]
ENDINGS = {".csv": "csv", ".tsv": "csv", ".dat": "csv", ".parquet": "parquet"}
OPEN = ["geojsonhint", "gpx", "kml_gpx_oracle", "fgb", "boundaries", "nyc_zones", "nyc_tlc_points", "nyc_tlc_events", "geolife_anomalies",
        "geolife_variants", "movingpandas", "reviews", "jobsity_trips", "porto_taxi", "vega", "pmtiles"]
# Where Python's own reader counts otherwise, and why ours is no loss.
EXPLAINED = {
    "geojsonhint/bad/bad-duplicate-properties.geojson": "it says twice what it is: a collection, which is empty, and a Feature",
    "geojsonhint/bad/geometry_changed_semantics.geojson": "a Point that has `features` as well, an empty list; the rest is told in a note",
}
EXPECTED = Path(__file__).parent / "real_files.tsv"
BLESS = os.environ.get("RHUMB_BLESS") == "1"


def real_files(data):
    for folder in NAMED + OPEN:
        for path in sorted((data / folder).rglob("*")):
            kind = ENDINGS.get(path.suffix) if folder in NAMED else "auto"
            if path.is_file() and kind:
                yield path.relative_to(data).as_posix(), path, kind


def put(path, place):
    """A copy of the file; a shapefile with its parts, which are files of their own as well."""
    place.mkdir(parents=True)
    parts = path.parent.glob(f"{path.stem}.*") if path.suffix == ".shp" else [path]
    for part in parts:
        (place / f"file{part.suffix}").write_bytes(part.read_bytes())


def source_name(index):
    return f"f{index:04}"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, shared_data):
    folder = tmp_path_factory.mktemp("real")
    files = list(real_files(shared_data))
    project = {"rhumb.yaml": "rhumb: 1\nname: real\n"}
    for index, (_, path, kind) in enumerate(files):
        put(path, folder / "landing" / source_name(index))
        project[f"sources/{source_name(index)}.yaml"] = (
            f"read: {{ directory: {{ path: landing/{source_name(index)}, files: \"file{path.suffix}\" }} }}\n"
            f"decode: {{ {kind}: {{}} }}\nbad_rows: {{ stop_above: 100% }}\n")
    write_project(folder, project)
    report = rhumb("run", "--json", cwd=folder, timeout=900).json()
    inputs = {row["dataset"]: row for row in query("SELECT dataset, row_count AS rows, rejected FROM rhumb_inputs", folder)}
    errors = {entry["dataset"]: entry["error"] for entry in report["datasets"] if "error" in entry}
    table = {}
    for index, (name, path, kind) in enumerate(files):
        taken = inputs.get(source_name(index))
        error = errors.get(source_name(index))
        table[name] = (path, kind, taken, error)
    return table


def line_of(name, taken, error):
    if taken:
        return f"{name}\ttaken\t{taken['rows']}\t{taken['rejected']}"
    message = re.sub(r"f\d{4}", "SOURCE", error["message"]).split("\n")[0] if error else "NO OUTCOME"
    return f"{name}\t{error['code'] if error else 'lost'}\t\t\t{message}"


def test_every_file_has_an_outcome_and_it_is_the_known_one(outcomes):
    lines = ["file\toutcome\trows\tquarantined\tmessage"]
    lines += [line_of(name, taken, error) for name, (_, _, taken, error) in outcomes.items()]
    text = "\n".join(lines) + "\n"
    if BLESS:
        EXPECTED.write_text(text, encoding="utf-8")
    assert text == EXPECTED.read_text(encoding="utf-8")


def test_every_refusal_says_what_to_do(outcomes):
    for name, (_, _, taken, error) in outcomes.items():
        assert taken or error, f"{name} was neither taken in nor refused"
        assert taken or (error["hint"] and len(error["message"]) > 10), f"{name}: {error}"


def records_by_python(path):
    """Records below the header, or None where Python's reader gives up on the bytes."""
    csv.field_size_limit(sys.maxsize)
    try:
        with open(path, newline="", encoding="utf-8-sig") as source:
            text = source.read()
        dialect = csv.Sniffer().sniff(text[:20000], delimiters=",;|\t")
        rows = [row for row in csv.reader(text.splitlines(keepends=True), dialect) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error):
        return None
    return len(rows)


def test_no_record_is_lost(outcomes):
    """Against Python's reader on ordinary files: those it can sniff and that were taken in whole."""
    compared = 0
    for name, (path, kind, taken, _) in outcomes.items():
        ordinary = name.startswith(("nyc_tlc_monthly", "citibike", "chicago_taxi")) or name.startswith("csv_torture/csv-spectrum")
        if kind != "csv" or not taken or not ordinary:
            continue
        records = records_by_python(path)
        if records is None:
            continue
        compared += 1
        assert taken["rows"] + taken["rejected"] in (records, records - 1), name
    assert compared > 60


def records_by_xml(path, names):
    return sum(element.tag.rsplit("}", 1)[-1] in names for element in ElementTree.parse(path).iter())


def records_by_others(path):
    """Records of a file that is no table, or None where Python has no reader or gives up."""
    try:
        if path.suffix == ".gpx":
            return records_by_xml(path, {"trkpt", "rtept", "wpt"})
        if path.suffix == ".kml":
            return records_by_xml(path, {"Placemark"})
        if path.suffix == ".plt":
            return len(path.read_text(encoding="utf-8").splitlines()) - 6
        if path.suffix in (".geojson", ".gz"):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8") as source:
                found = json.load(source)
                return len(found["features"]) if found["type"] == "FeatureCollection" else 1
    except (ElementTree.ParseError, ValueError, KeyError, TypeError):
        return None
    return None


def test_no_record_of_other_formats_is_lost(outcomes):
    compared = 0
    for name, (path, kind, taken, _) in outcomes.items():
        if kind != "auto" or not taken or name in EXPLAINED:
            continue
        records = records_by_others(path)
        if records is None:
            continue
        compared += 1
        assert taken["rows"] + taken["rejected"] == records, name
    assert compared > 100
