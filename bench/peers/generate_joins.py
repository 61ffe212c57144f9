"""The tables that joins are measured with, as GeoParquet.  generate_joins.py FOLDER POINTS TARGETS SEED ZONES DEPS

POINTS points among the zones of a city (ZONES, a file of polygons that GDAL reads), among the
counties of us-atlas and as probes of TARGETS places; a tenth of them lines, with a quarter as many
boxes, and a twentieth polygons of 5 to 30 corners on either side. The same seed gives the same rows.
"""

import sys
from pathlib import Path

import geopandas
import numpy as np
import shapely

CHUNK = 1_000_000


def write(folder, name, geometries):
    frame = geopandas.GeoDataFrame({"id": np.arange(1, len(geometries) + 1)}, geometry=geometries, crs="OGC:CRS84")
    frame.rename_geometry("geom").to_parquet(folder / f"{name}.parquet", compression="zstd", row_group_size=CHUNK // 8)


def points(random, count, bounds):
    xmin, ymin, xmax, ymax = bounds
    return shapely.points(random.uniform(xmin, xmax, count), random.uniform(ymin, ymax, count))


def of_corners(corners, counts, make):
    """Geometries of `counts` corners each; corners come one geometry after the other."""
    return make(corners, indices=np.repeat(np.arange(len(counts)), counts))


def lines(random, count):
    """Ways of 4 to 20 corners in a square as large as there are ways."""
    counts = random.integers(4, 21, count)
    of = np.repeat(np.arange(count), counts)
    steps = random.normal(0, 0.002, (counts.sum(), 2))
    ends = np.cumsum(counts)
    walked = np.cumsum(steps, axis=0)
    begun = np.concatenate([[[0, 0]], walked[ends[:-1] - 1]])
    side = np.sqrt(count) / 100
    return of_corners(random.uniform(0, side, (count, 2))[of] + walked - begun[of], counts, shapely.linestrings), side


def boxes(random, count, side):
    low = random.uniform(0, side, (count, 2))
    high = low + random.uniform(0.001, 0.02, (count, 2))
    return shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])


def outlines(random, count):
    """Star-shaped, of 5 to 30 corners, so dense that each meets about two of another such table."""
    counts = random.integers(5, 31, count)
    of = np.repeat(np.arange(count), counts)
    first = np.cumsum(counts) - counts
    angle = 2 * np.pi * (np.arange(counts.sum()) - first[of] + random.uniform(0, 0.9, counts.sum())) / counts[of]
    radius = random.uniform(0.5, 1, counts.sum()) * random.uniform(0.002, 0.008, count)[of]
    middle = random.uniform(0, np.sqrt(count) / 100, (count, 2))[of]
    corners = middle + np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]
    return shapely.polygons(of_corners(corners, counts, shapely.linearrings))


def main():
    folder, count, targets, seed, zones_path, deps = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], Path(sys.argv[6])
    random = np.random.default_rng(seed)
    zones = geopandas.read_file(zones_path).to_crs("OGC:CRS84")
    write(folder, "zones", zones.geometry.to_numpy())
    write(folder, "city_points", points(random, count, zones.total_bounds))
    counties = geopandas.read_file(deps / "us-atlas/counties-10m.json", layer="counties")
    areas = shapely.make_valid(counties.geometry[[one is not None and not one.is_empty for one in counties.geometry]].to_numpy(), method="structure")
    write(folder, "counties", areas)
    write(folder, "land_points", points(random, count, (-125, 24, -66, 50)))
    ways, side = lines(random, count // 10)
    write(folder, "lines", ways)
    write(folder, "boxes", boxes(random, count // 40, side))
    write(folder, "parcels", outlines(random, count // 20))
    write(folder, "buildings", outlines(random, count // 20))
    write(folder, "customers", points(random, count, (0, 0, 10, 10)))
    write(folder, "shops", points(random, targets, (0, 0, 10, 10)))


if __name__ == "__main__":
    main()
