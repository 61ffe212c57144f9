"""How fast files become columns in memory, beside GDAL's ogr2ogr, pyogrio, pandas and DuckDB.

    bench/run decode 1000000

GeoJSON lines, GPX and CSV points are generated, the same for the same number of rows; the GeoLife
trajectories are read where ../shared/data has them. ogr2ogr (Debian's gdal-bin) writes into its
Memory driver, so that nothing is written on any side; it is left out by name where it is missing.
"""

import argparse
import json
import random
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bench.measure import measure
from bench.report import write_tables
from bench.results import ROOT, save, with_ratios

PYTHON = ROOT / ".deps/peers/bin/python"
GEOLIFE = ROOT.parent / "shared/data/geolife"
CSV_COLUMNS = "id integer,at timestamp,geom point lon lat"


def walk(rows, seed=1):
    """Positions of somebody who moves a few metres a second, with the time of each."""
    chance, at = random.Random(seed), datetime(2024, 1, 1, tzinfo=timezone.utc)
    lon, lat = 7.68, 45.07
    for number in range(rows):
        lon, lat = lon + chance.uniform(-1e-4, 1e-4), lat + chance.uniform(-1e-4, 1e-4)
        yield number, f"{lon:.7f}", f"{lat:.7f}", f"{200 + chance.random() * 50:.2f}", (at + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S")


def write_geojsonl(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        for number, lon, lat, ele, at in walk(rows):
            out.write(f'{{"type":"Feature","properties":{{"id":{number},"at":"{at}Z","speed":{ele},"name":"point {number}","ok":true}},'
                      f'"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}\n')


def write_gpx(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="bench" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>walk</name><trkseg>\n')
        for _, lon, lat, ele, at in walk(rows):
            out.write(f'<trkpt lat="{lat}" lon="{lon}"><ele>{ele}</ele><time>{at}Z</time></trkpt>\n')
        out.write("</trkseg></trk></gpx>\n")


def write_csv(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write("id,at,lon,lat\n")
        out.writelines(f"{number},{at},{lon},{lat}\n" for number, lon, lat, _, at in walk(rows))


def run_rhumb(decoder, files, columns=""):
    command = [ROOT / "build/release/decode_rate", decoder, "2", columns, *files]
    return json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout)


def run_python(way, files):
    extension = next((ROOT / ".deps/duckdb/extensions").rglob("spatial.duckdb_extension"))
    command = [PYTHON, ROOT / "bench/peers/decode_files.py", way, extension, *files]
    return json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout)


def run_ogr2ogr(file, *layers):
    return measure(["ogr2ogr", "-f", "Memory", "out", str(file), *layers])


def group(name, systems):
    """Lines of one format, with ratios among them, and whether all counted the same rows."""
    rows = systems["Rhumb"]["rows"]
    lines = [{"system": system, "query": name, **found} for system, found in systems.items() if found]
    for line in lines:
        if "rows" in line:
            line["equal"] = line["rows"] + line.pop("rejected", 0) == rows + systems["Rhumb"].get("rejected", 0)
        line.pop("bytes", None)
    return with_ratios(lines)


def ogr2ogr_or_nothing(file, *layers):
    if shutil.which("ogr2ogr"):
        return run_ogr2ogr(file, *layers)
    print("without ogr2ogr: Debian's gdal-bin is not installed")
    return None


def bench_size(rows, scratch):
    with tempfile.TemporaryDirectory(dir=scratch) as temporary:
        folder = Path(temporary)
        lines, gpx, table = folder / "points.geojsonl", folder / "points.gpx", folder / "points.csv"
        write_geojsonl(lines, rows)
        write_gpx(gpx, rows)
        write_csv(table, rows)
        return [
            *group("GeoJSON lines", {"Rhumb": run_rhumb("geojson", [lines]), "pyogrio": run_python("geojsonl-pyogrio", [lines]),
                                     "ogr2ogr": ogr2ogr_or_nothing(lines)}),
            *group("GPX", {"Rhumb": run_rhumb("gpx", [gpx]), "pyogrio": run_python("gpx-pyogrio", [gpx]),
                           "ogr2ogr": ogr2ogr_or_nothing(gpx, "track_points")}),
            *group("CSV points", {"Rhumb": run_rhumb("csv", [table], CSV_COLUMNS), "DuckDB": run_python("csv-duckdb", [table]),
                                  "pandas": run_python("csv-pandas", [table])}),
        ]


def bench_geolife():
    files = sorted(GEOLIFE.rglob("*.plt"))
    if not files:
        print(f"without GeoLife: {GEOLIFE} is missing")
        return
    found = group("GeoLife PLT", {"Rhumb": run_rhumb("plt", files), "pandas": run_python("plt-pandas", files)})
    save("decode", found[0]["rows"], found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--scratch", type=Path, default=None, help="a folder on a large disk")
    options = parser.parse_args()
    bench_geolife()
    for rows in options.rows:
        save("decode", rows, bench_size(rows, options.scratch))
    write_tables()


if __name__ == "__main__":
    main()
