"""The tables of SpatialBench at a scale, with zones from registry packages.  generate_spatialbench.py FOLDER SCALE DEPS

Its own generator makes rides, customers and buildings (buildings at scale 1 at least: below that
there are none). Its zones cannot be had offline: countries (world-atlas) and counties of the United
States (us-atlas) stand in for them, made valid, so that every engine joins the same areas. A few of
its rides and buildings lie beyond 180 degrees; they are left out, since Rhumb would quarantine them.
"""

import subprocess
import sys
from pathlib import Path

import geopandas
import numpy
import pandas
import pyarrow.parquet
import shapely

folder, scale, deps = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
cli = Path(sys.executable).parent / "spatialbench-cli"


def generate(tables, at_scale):
    subprocess.run([cli, "-s", str(at_scale), "--tables", tables, "-o", folder], check=True, capture_output=True)


def areas(path, layer):
    return geopandas.read_file(path, layer=layer)[["name", "geometry"]]


def leave_out_impossible(table, columns):
    """Rows whose longitudes or latitudes there are not."""
    path = folder / f"{table}.parquet"
    rows = pyarrow.parquet.read_table(path)
    possible = numpy.ones(len(rows), dtype=bool)
    for column in columns:
        bounds = shapely.bounds(shapely.from_wkb(rows[column].to_numpy(zero_copy_only=False)))
        possible &= ~(numpy.abs(bounds) > [180, 90, 180, 90]).any(axis=1)
    if not possible.all():
        pyarrow.parquet.write_table(rows.filter(pyarrow.array(possible)), path)


generate("trip,customer", scale)
generate("building", max(1.0, float(scale)))
leave_out_impossible("trip", ["t_pickuploc", "t_dropoffloc"])
leave_out_impossible("building", ["b_boundary"])
zones = pandas.concat([areas(deps / "us-atlas/counties-10m.json", "counties"), areas(deps / "world-atlas/countries-50m.json", "countries")], ignore_index=True)
zones = zones[[geometry is not None and not geometry.is_empty for geometry in zones.geometry]]
frame = geopandas.GeoDataFrame({"z_zonekey": range(1, len(zones) + 1), "z_name": zones["name"].to_numpy()},
                               geometry=shapely.make_valid(zones.geometry.to_numpy(), method="structure"), crs="OGC:CRS84").rename_geometry("z_boundary")
frame.to_parquet(folder / "zone.parquet")
