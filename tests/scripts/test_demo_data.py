"""The TopoJSON decoder, on a map that can be drawn:

    y
    2  +---+---+          arc 0  the border between left and right, upwards
       | L | R |          arc 1  the rest of left, from top to bottom
    0  +---+---+          arc 2  the rest of right, from bottom to top
       0   2   4  x       arc 3  a hole in left
"""

import csv

import demo_data
import pytest

TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.5], "translate": [0, 0]},
    "arcs": [
        [[4, 0], [0, 4]],
        [[4, 4], [-4, 0], [0, -4], [4, 0]],
        [[4, 0], [4, 0], [0, 4], [-4, 0]],
        [[1, 1], [1, 0], [0, 1], [-1, -1]],
        [[1, 1], [1, 1]],
    ],
    "objects": {
        "zones": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "02", "properties": {"name": "right"}, "arcs": [[2, -1]]},
                {"type": "Polygon", "id": "01", "properties": {"name": "left"}, "arcs": [[0, 1], [3]]},
                {"type": "MultiPolygon", "id": "03", "arcs": [[[0, 1]], [[2, ~0]]]},
            ],
        }
    },
}

LEFT = (
    "(2.000000 0.000000, 2.000000 2.000000, 0.000000 2.000000, 0.000000 0.000000, 2.000000 0.000000)"
)
RIGHT = (
    "(2.000000 0.000000, 4.000000 0.000000, 4.000000 2.000000, 2.000000 2.000000, 2.000000 0.000000)"
)
HOLE = "(0.500000 0.500000, 1.000000 0.500000, 1.000000 1.000000, 0.500000 0.500000)"


def decode(geometry):
    messages = []
    polygons = demo_data.decode_geometry(demo_data.decode_arcs(TOPOLOGY), geometry, messages.append)
    return polygons, messages


def test_borders_are_closed_ordered_by_id_and_share_arcs():
    assert demo_data.borders(TOPOLOGY, "zones") == [
        ("01", "left", f"POLYGON ({LEFT}, {HOLE})"),
        ("02", "right", f"POLYGON ({RIGHT})"),
        ("03", "", f"MULTIPOLYGON (({LEFT}), ({RIGHT}))"),
    ]


def test_without_transform_coordinates_are_taken_as_they_are():
    plain = {"arcs": [[[1.5, 2.5], [3.0, 4.0]]]}
    assert demo_data.decode_arcs(plain) == [[(1.5, 2.5), (3.0, 4.0)]]


def test_open_ring_is_closed():
    assert demo_data.decode_ring([[(0, 0), (1, 0), (1, 1)]], [0])[-1] == (0, 0)


def test_too_small_hole_is_dropped_with_a_message():
    polygons, messages = decode({"type": "Polygon", "arcs": [[0, 1], [4]]})
    assert len(polygons) == 1 and len(polygons[0]) == 1
    assert messages == ["ring 2 has only 3 points, dropped"]


def test_polygon_without_outer_ring_is_dropped():
    polygons, messages = decode({"type": "MultiPolygon", "arcs": [[[4], [3]], [[0, 1]]]})
    assert len(polygons) == 1 and len(polygons[0]) == 1
    assert messages == ["ring 1 has only 3 points, dropped"]


def test_nothing_left_is_an_empty_polygon():
    polygons, _ = decode({"type": "Polygon", "arcs": [[4]]})
    assert demo_data.wkt(polygons) == "POLYGON EMPTY"


def test_other_geometries_are_refused():
    with pytest.raises(ValueError, match="LineString"):
        decode({"type": "LineString", "arcs": [0]})


def test_csv_quotes_the_commas_of_wkt(tmp_path):
    target = tmp_path / "zones.csv"
    demo_data.write_csv(target, ("id", "name", "geom"), demo_data.borders(TOPOLOGY, "zones"))
    with target.open(newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows] == ["id", "01", "02", "03"]
    assert rows[2][2] == f"POLYGON ({RIGHT})"
    assert [path.name for path in tmp_path.iterdir()] == ["zones.csv"]


def test_missing_sources_say_what_to_run(tmp_path, capsys):
    assert demo_data.main(["demo_data.py", str(tmp_path), str(tmp_path / "out")]) == 1
    assert "scripts/setup demo" in capsys.readouterr().err
