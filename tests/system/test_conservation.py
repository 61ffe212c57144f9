"""What `conserves` counts is what comparing every point with every box counts, however the model is written."""

import random
import time

import pytest

from tests.harness.program import query, rhumb, write_project

SOURCES = {
    "rhumb.yaml": "rhumb: 1\nname: conservation\n",
    "sources/points.yaml": 'read: { directory: { path: landing, files: "points*.csv" } }\ndecode: { csv: {} }\n'
                           "columns: { id: integer, place: { type: point, crs: 4326 }, other: { type: point, crs: 4326 } }\n",
    "sources/boxes.yaml": 'read: { directory: { path: landing, files: "boxes.csv" } }\ndecode: { csv: {} }\n'
                          "columns: { box: integer, area: { type: polygon, crs: 4326 } }\n",
}
HEAD = "-- ---\n-- assert:\n--   - conserves: { source: points, lost: 100%, doubled: 100% }\n-- ---\n"
# By name: the model, and how often a point comes out that lies in `a` boxes with `place` and in `b` with `other`.
MODELS = {
    "inner_qualified": ("SELECT t.id, b.box FROM points AS t JOIN boxes AS b ON ST_Intersects(b.area, t.place)",
                        lambda point, a, b: a),
    "inner_unqualified": ("SELECT id, box FROM points JOIN boxes ON ST_Intersects(area, place)", lambda point, a, b: a),
    "left_grouped": ("SELECT b.box, count(*) AS n FROM points AS t LEFT JOIN boxes AS b ON ST_Intersects(t.place, b.area) GROUP BY 1",
                     lambda point, a, b: max(a, 1)),
    "twice": ("SELECT p.box, o.box AS second, count(*) AS n FROM points AS t JOIN boxes AS p ON ST_Intersects(p.area, t.place)"
              " LEFT JOIN boxes AS o ON ST_Intersects(o.area, t.other) WHERE t.id > 20 GROUP BY ALL",
              lambda point, a, b: a * max(b, 1) if point > 20 else 0),
    "twice_by_subqueries": ("SELECT p.box, o.box AS second FROM (SELECT * FROM points WHERE id > 20) AS t"
                            " JOIN boxes AS p ON ST_Intersects(p.area, t.place) LEFT JOIN boxes AS o ON ST_Intersects(o.area, t.other)",
                            lambda point, a, b: a * max(b, 1) if point > 20 else 0),
}


def boxes_around(boxes, x, y):
    return sum(west <= x <= east and south <= y <= north for west, south, east, north in boxes)


def expected(times):
    lost, single, doubled = (sum(test(n) for n in times) for test in (lambda n: n == 0, lambda n: n == 1, lambda n: n > 1))
    more = f" + {doubled:,} doubled (up to {max(times)} times)" if doubled else ""
    return f"{single:,}{more} + {lost:,} outside = {len(times):,}"


@pytest.mark.parametrize("turn", range(2))
def test_rows_are_counted_as_by_hand(tmp_path, turn):
    seed = time.time_ns() % 1_000_000
    print(f"seed {seed}")
    chance = random.Random(seed)
    corner = lambda: (chance.randint(-20, 18), chance.randint(-20, 18))  # noqa: E731
    boxes = [(x, y, x + chance.randint(1, 5), y + chance.randint(1, 5)) for x, y in (corner() for _ in range(60))]
    points = [(chance.randint(1, 21), chance.randint(1, 21), chance.randint(-21, 21), chance.randint(1, 21)) for _ in range(400)]
    lines = [f'{i},POINT ({a} {b}),POINT ({c} {d})' for i, (a, b, c, d) in enumerate(points)]
    shapes = [f'{i},"POLYGON (({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"' for i, (w, s, e, n) in enumerate(boxes)]
    write_project(tmp_path, SOURCES | {
        "landing/points.csv": "\n".join(["id,place,other", *lines]) + "\n",
        "landing/boxes.csv": "\n".join(["box,area", *shapes]) + "\n",
        **{f"models/{name}.sql": f"{HEAD}{sql}\n" for name, (sql, _) in MODELS.items()}})
    rhumb("run", cwd=tmp_path, check=0)
    found = {row["dataset"]: row["detail"] for row in query("SELECT dataset, detail FROM rhumb_checks WHERE name = 'conserves(points)'", tmp_path)}
    for name, (_, times) in MODELS.items():
        by_hand = [times(i, boxes_around(boxes, a, b), boxes_around(boxes, c, d)) for i, (a, b, c, d) in enumerate(points)]
        assert found[name] == expected(by_hand), (name, seed)
