#!/usr/bin/env python3
"""Turns the fetched demonstration data into CSV files that Rhumb can read.

    scripts/demo_data.py DEPS_DIR OUT_DIR

writes counties.csv, states.csv (borders as WKT, from TopoJSON), airports.csv
and flights.csv (as they are). Does nothing when they are newer than their
sources. The same input gives the same bytes.

TopoJSON stores each border once, as an "arc" that both neighbours name. An arc
is a list of integer steps from a first point, scaled by the file's transform; a
ring is a list of arc numbers, where ~i means arc i backwards.
"""

import csv
import json
import sys
from pathlib import Path

# A ring needs three corners and its first point again at the end.
SMALLEST_RING = 4


def decode_arcs(topology):
    """All arcs as lists of (x, y); undoes the quantisation if there is one."""
    transform = topology.get("transform")
    if transform is None:
        return [[(point[0], point[1]) for point in arc] for arc in topology["arcs"]]
    (scale_x, scale_y), (origin_x, origin_y) = transform["scale"], transform["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        points = []
        for step in steps:
            x += step[0]
            y += step[1]
            points.append((x * scale_x + origin_x, y * scale_y + origin_y))
        arcs.append(points)
    return arcs


def decode_ring(arcs, numbers):
    """Joins arcs; each begins with the point the one before ended with."""
    points = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    if points and points[0] != points[-1]:
        points.append(points[0])
    return points


def decode_polygon(arcs, rings, warn):
    """The polygon's rings; without its outer ring nothing is left of it."""
    polygon = []
    for position, numbers in enumerate(rings):
        points = decode_ring(arcs, numbers)
        if len(points) >= SMALLEST_RING:
            polygon.append(points)
            continue
        warn(f"ring {position + 1} has only {len(points)} points, dropped")
        if position == 0:
            return []
    return polygon


def decode_geometry(arcs, geometry, warn):
    """A list of polygons, each a list of rings."""
    kind = geometry["type"]
    if kind == "Polygon":
        polygons = [geometry["arcs"]]
    elif kind == "MultiPolygon":
        polygons = geometry["arcs"]
    else:
        raise ValueError(f"cannot write a {kind} as a border; only Polygon and MultiPolygon")
    decoded = [decode_polygon(arcs, rings, warn) for rings in polygons]
    return [polygon for polygon in decoded if polygon]


def polygon_text(polygon):
    rings = (", ".join(f"{x:.6f} {y:.6f}" for x, y in ring) for ring in polygon)
    return "(" + ", ".join(f"({ring})" for ring in rings) + ")"


def wkt(polygons):
    if not polygons:
        return "POLYGON EMPTY"
    if len(polygons) == 1:
        return "POLYGON " + polygon_text(polygons[0])
    return "MULTIPOLYGON (" + ", ".join(polygon_text(polygon) for polygon in polygons) + ")"


def borders(topology, object_name):
    """(id, name, WKT) of every geometry of one object, ordered by id."""
    arcs = decode_arcs(topology)
    rows = []
    for geometry in topology["objects"][object_name]["geometries"]:
        number = geometry["id"]
        name = geometry.get("properties", {}).get("name", "")

        def warn(message, number=number, name=name):
            print(f"{object_name} {number} {name}: {message}", file=sys.stderr)

        rows.append((number, name, wkt(decode_geometry(arcs, geometry, warn))))
    return sorted(rows)


def write_csv(path, header, rows):
    """Under another name first, so that an interrupted run leaves no half file."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    part.replace(path)


def read_topology(path):
    return json.loads(path.read_text(encoding="utf-8"))


def write_counties(sources, target):
    """The first two digits of a county's FIPS code are its state's."""
    state_names = {number: name for number, name, _ in borders(read_topology(sources[1]), "states")}
    rows = [
        (number, name, state_names.get(number[:2], ""), geom)
        for number, name, geom in borders(read_topology(sources[0]), "counties")
    ]
    write_csv(target, ("county_id", "name", "state", "geom"), rows)


def write_states(sources, target):
    write_csv(target, ("state_id", "name", "geom"), borders(read_topology(sources[0]), "states"))


def copy_file(sources, target):
    part = target.with_name(target.name + ".part")
    part.write_bytes(sources[0].read_bytes())
    part.replace(target)


# target: how it is made, and from which files of DEPS_DIR
TARGETS = {
    "counties.csv": (write_counties, ("us-atlas/counties-10m.json", "us-atlas/states-10m.json")),
    "states.csv": (write_states, ("us-atlas/states-10m.json",)),
    "airports.csv": (copy_file, ("vega-datasets/airports.csv",)),
    "flights.csv": (copy_file, ("vega-datasets/flights-airport.csv",)),
}


def is_current(target, sources):
    """Newer than what it is made from, this script included."""
    if not target.exists():
        return False
    newest = max(path.stat().st_mtime_ns for path in (*sources, Path(__file__)))
    return target.stat().st_mtime_ns >= newest


def main(argv):
    if len(argv) != 3:
        print("usage: demo_data.py DEPS_DIR OUT_DIR", file=sys.stderr)
        return 2
    deps, out = Path(argv[1]), Path(argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for name, (make, source_names) in TARGETS.items():
        sources = [deps / source for source in source_names]
        missing = [str(path) for path in sources if not path.exists()]
        if missing:
            print(f"demo_data: no {', '.join(missing)}; run: scripts/setup demo", file=sys.stderr)
            return 1
        if not is_current(out / name, sources):
            make(sources, out / name)
            print(f"wrote {out / name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
