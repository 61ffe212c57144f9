"""Trips between zones, as the views benchmark wants them, written where every system can read them.

    generate_views.py FOLDER TRIPS SEED ZONES

ZONES is a file of polygons that GDAL reads. Writes FOLDER/zones.parquet, FOLDER/trips.parquet
(GeoParquet, WKB) and FOLDER/trips.copy, the same rows in PostgreSQL's binary COPY format. Most trips
start and end near a zone's middle, busy zones more than others; some lie outside of all. The same
seed gives the same trips.
"""

import sys
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CHUNK = 1_000_000
FIRST = np.datetime64("2024-01-01T00:00:00", "us")
SECONDS = 8 * 7 * 86400
POSTGRES_EPOCH = np.datetime64("2000-01-01T00:00:00", "us")

WKB_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
EWKB_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
COPY_ROW = np.dtype([("fields", ">i2"),
                     ("id_size", ">i4"), ("id", ">i8"),
                     ("at_size", ">i4"), ("at", ">i8"),
                     ("fare_size", ">i4"), ("fare", ">f8"),
                     ("pickup_size", ">i4"), ("pickup", EWKB_POINT),
                     ("dropoff_size", ">i4"), ("dropoff", EWKB_POINT)])
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"


def read_zones(path):
    zones = geopandas.read_file(path).to_crs("OGC:CRS84")  # what GeoParquet means when it names no CRS
    zones["zone_id"] = np.arange(1, len(zones) + 1, dtype="int32")
    return zones[["zone_id", "geometry"]].rename_geometry("geom")


class Places:
    """Where trips begin and end: zones by popularity, spread over their surroundings."""

    def __init__(self, zones, random):
        bounds = zones.geometry.bounds.to_numpy()
        self.middle = (bounds[:, :2] + bounds[:, 2:]) / 2
        self.spread = (bounds[:, 2:] - bounds[:, :2]).max(axis=1) / 3
        weights = random.pareto(1.2, len(zones)) + 1
        self.weights = weights / weights.sum()
        self.random = random

    def points(self, count):
        at = self.random.choice(len(self.weights), count, p=self.weights)
        noise = self.random.standard_normal((count, 2)) * self.spread[at, None]
        return np.round(self.middle[at] + noise, 6)


def wkb(points):
    rows = np.zeros(len(points), WKB_POINT)
    rows["order"], rows["kind"], rows["x"], rows["y"] = 1, 1, points[:, 0], points[:, 1]
    offsets = pa.py_buffer(np.arange(0, (len(points) + 1) * WKB_POINT.itemsize, WKB_POINT.itemsize, dtype="<i4").tobytes())
    return pa.Array.from_buffers(pa.binary(), len(points), [None, offsets, pa.py_buffer(rows.tobytes())])


def fill_ewkb(target, points):
    target["order"], target["kind"], target["srid"] = 1, 0x20000001, 4326
    target["x"], target["y"] = points[:, 0], points[:, 1]


def copy_rows(ids, at, fare, pickup, dropoff):
    rows = np.zeros(len(ids), COPY_ROW)
    rows["fields"] = 5
    for name, size in (("id", 8), ("at", 8), ("fare", 8), ("pickup", EWKB_POINT.itemsize), ("dropoff", EWKB_POINT.itemsize)):
        rows[f"{name}_size"] = size
    rows["id"], rows["fare"] = ids, fare
    rows["at"] = (at - POSTGRES_EPOCH).astype("int64")
    fill_ewkb(rows["pickup"], pickup)
    fill_ewkb(rows["dropoff"], dropoff)
    return rows.tobytes()


def geo_schema():
    column = '{"encoding":"WKB","geometry_types":["Point"]}'
    geo = f'{{"version":"1.0.0","primary_column":"pickup","columns":{{"pickup":{column},"dropoff":{column}}}}}'
    return pa.schema([("id", pa.int64()), ("picked_up_at", pa.timestamp("us")), ("fare", pa.float64()),
                      ("pickup", pa.binary()), ("dropoff", pa.binary())], metadata={"geo": geo})


def main():
    folder, trips, seed, zones_path = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    random = np.random.default_rng(seed)
    zones = read_zones(zones_path)
    zones.to_parquet(folder / "zones.parquet")
    places = Places(zones, random)
    with pq.ParquetWriter(folder / "trips.parquet", geo_schema(), compression="zstd") as parquet, open(folder / "trips.copy", "wb") as copy:
        copy.write(COPY_HEADER)
        for first in range(0, trips, CHUNK):
            count = min(CHUNK, trips - first)
            ids = np.arange(first, first + count)
            at = FIRST + random.integers(0, SECONDS, count).astype("timedelta64[s]")
            fare = np.round(random.uniform(3, 80, count), 2)
            pickup, dropoff = places.points(count), places.points(count)
            parquet.write_table(pa.table([ids, at, fare, wkb(pickup), wkb(dropoff)], schema=geo_schema()))
            copy.write(copy_rows(ids, at, fare, pickup, dropoff))
        copy.write(COPY_END)


if __name__ == "__main__":
    main()
