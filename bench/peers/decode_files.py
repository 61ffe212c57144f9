"""Files to columns in memory by a Python library; prints rows, wall and CPU seconds without the imports, and those of the whole process.

    decode_files.py plt-pandas|gpx-pyogrio|geojsonl-pyogrio|geojson-pyogrio|csv-duckdb|csv-pandas EXTENSION FILE...
"""

import json
import resource
import sys
import time

import duckdb
import pandas
import pyogrio

PLT = ["lat", "lon", "zero", "feet", "days", "date", "time"]


def plt_pandas(files, _):
    """As the guides to GeoLife do it: one frame per file, times parsed, users from the folders."""
    frames = []
    for path in files:
        frame = pandas.read_csv(path, skiprows=6, header=None, names=PLT)
        frame["time"] = pandas.to_datetime(frame["date"] + " " + frame["time"], format="%Y-%m-%d %H:%M:%S", utc=True)
        frame["altitude_m"] = frame["feet"].where(frame["feet"] != -777) * 0.3048
        frame["user"], frame["trajectory"] = path.split("/")[-3], path.split("/")[-1][:-4]
        frames.append(frame)
    return len(pandas.concat(frames, ignore_index=True))


def pyogrio_of(layer=None):
    return lambda files, _: sum(pyogrio.read_arrow(path, layer=layer)[1].num_rows for path in files)


def csv_duckdb(files, extension):
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": "2"})
    connection.execute(f"LOAD '{extension}'")
    connection.execute("CREATE TABLE points AS SELECT id, at, ST_Point(lon, lat) AS geom FROM read_csv(?)", [files])
    return connection.execute("SELECT count(*) FROM points").fetchone()[0]


def csv_pandas(files, _):
    return sum(len(pandas.read_csv(path, parse_dates=["at"])) for path in files)


WAYS = {"plt-pandas": plt_pandas, "gpx-pyogrio": pyogrio_of("track_points"), "geojson-pyogrio": pyogrio_of(),
        "geojsonl-pyogrio": pyogrio_of(), "csv-duckdb": csv_duckdb, "csv-pandas": csv_pandas}

way, extension, *paths = sys.argv[1:]
before, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
rows = WAYS[way](paths, extension)
wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"rows": rows, "wall_s": round(wall, 3), "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 3),
                  "process_cpu_s": round(after.ru_utime + after.ru_stime, 3),
                  "peak_mib": after.ru_maxrss // 1024}))
