"""Writes the kept inputs of the fuzzers that take more than a file as it is: their first bytes say what
the rest is.

    python3 tests/fuzz/make_corpus.py
"""

from pathlib import Path

HERE = Path(__file__).parent
SMALL = HERE.parents[1] / "src/decode/testdata/small"


def small(name):
    return (SMALL / name).read_bytes()


def keep(fuzzer, inputs):
    folder = HERE / "corpus" / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in inputs.items():
        (folder / name).write_bytes(content)


def shapefile(parts, shp):
    lengths = [(len(part) + 1) // 2 for part in parts]
    padded = b"".join(part.ljust(2 * length, b" ") for part, length in zip(parts, lengths))
    present = sum(1 << i for i, part in enumerate(parts) if part)
    return bytes([present, *lengths]) + padded + shp


def members(*named):
    return b"\x01" + b"\x1d".join(name.encode() + b"\n" + content for name, content in named)


QUARANTINE = """\
{"rhumb_records":1,"crs":"EPSG:4326","fields":[["id","integer"],["geometry","point"]]}
{"id":"one","geometry":"POINT (7 45)"}
"""
PROJECT = {
    "project": (0, 'rhumb: 1\nname: any\ntimezone: Europe/Rome\nvars: { region: north }\nenvironments: { dev: { sample: 5% } }\n'
                   'connections:\n  warehouse: { postgres: "${URL}" }\n  lake: { bucket: { region: eu } }\n'),
    "source": (1, 'read: { directory: { path: landing, files: ["*.csv", "*.tsv"] } }\ndecode: { csv: { delimiter: ";" } }\n'
                  'columns:\n  id: integer\n  at: { type: point, lon: x, lat: y, extent: [5, 40, 10, 50] }\n'
                  'bad_rows: { stop_above: 5% }\ntags: [a, b]\n'),
    "model": (2, "-- ---\n-- kind: partitioned\n-- partition_by: day\n-- assert:\n--   - min_rows: 10\n--   - not_null: [day]\n"
                 "-- publish:\n--   - to: warehouse\n--     view: a.trips\n-- ---\n/* all */ SELECT day, count(*) AS n FROM trips GROUP BY day;\n"),
    "function": (3, "-- twice of it\ntwice(a) AS\n  a + a -- that is all\n"),
    "test": (4, 'counts:\n  model: total\n  given:\n    trips: |\n      id | name\n      ---|-----\n      1  | "a | ""b"\n'
                '      2  |\n  expect: |\n    n\n    2\n'),
}
SQL = {
    "join": "SELECT t.id, z.zone FROM trips t LEFT JOIN zones z ON ST_Contains(z.area, t.at) WHERE t.fare > 1",
    "near": "SELECT t.id, n.zone FROM trips t, LATERAL (SELECT zone FROM zones z ORDER BY ST_Distance(z.area, t.at) LIMIT 1) n",
    "exists": "SELECT id FROM trips t WHERE EXISTS (SELECT 1 FROM zones z WHERE ST_DWithin(z.area, t.at, 0.1)) OR NOT twice(fare) > 2",
    "with": "WITH a AS (SELECT day, sum(fare) s FROM trips GROUP BY ALL), b AS (SELECT * EXCLUDE (s) FROM a) SELECT * FROM b UNION ALL FROM b",
    "window": "SELECT *, row_number() OVER (PARTITION BY day ORDER BY id) AS n FROM trips QUALIFY n = 1",
    "recursive": "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 9) SELECT i, (SELECT max(fare) FROM trips) FROM r",
    "columns": "SELECT COLUMNS('f.*') AS \"\\0\", unnest([1, 2]) FROM trips NATURAL JOIN zones ORDER BY 1 LIMIT 5",
    "pivot": "FROM (PIVOT trips ON day USING sum(fare) GROUP BY id) SELECT list_transform([1], x -> x + id)",
    "tree": '\0{"error":false,"statements":[{"node":{"type":"SELECT_NODE","select_list":[{"class":"COLUMN_REF","type":"COLUMN_REF",'
            '"column_names":["t","a"]}],"from_table":{"type":"JOIN","join_type":"INNER","left":{"type":"BASE_TABLE","table_name":"trips"},'
            '"right":{"type":"BASE_TABLE","table_name":"zones"},"condition":{"class":"FUNCTION","type":"FUNCTION","function_name":"st_contains",'
            '"children":[]}}}}]}',
}
VALUES = {
    "moment": "2024-01-02T03:04:05.678901+05:30",
    "month_first": "1/2/2024 11:59:60 PM",
    "format": "%A, %d %b %Y %I:%M:%S.%f %p %z\nTuesday, 02 Jan 2024 03:04:05.5 PM +0100",
    "number": "-1234567.00000000000000012345e+7",
    "geometry": "SRID=4326;GEOMETRYCOLLECTION Z (POINT Z (1 2 3), POLYGON EMPTY)",
    "tokens": "SELECT 'a''b', E'\\'', $t$x$t$, \"a\"\"b\" -- c\n/* d /* e */ */ FROM main.\"t\" WHERE a::INT[1:2] <-> 1.5e3;",
}


def main():
    keep("formats", {"wkt": b"\x08" + small("places.wkt"), "wkb": b"\x09" + small("places.wkb"), "quarantine": b"\x0a" + QUARANTINE.encode()})
    keep("archive", {
        "zip": b"\0" + small("places.zip"), "kmz": b"\0" + small("places.kmz"),
        "tables": members(("a/one.csv", small("places.csv")), ("two.csv.gz", small("places.csv.gz")), ("notes.md", b"x")),
        "shapefile": members(("p.shp", small("places.shp")), ("p.dbf", small("places.dbf")), ("p.prj", small("places.prj")))})
    keep("compressed", {"gzip": b"\x40" + small("places.csv.gz"), "zstd": b"\x01" + small("places.csv.zst")})
    keep("parquet", {"places": small("places.parquet")})
    beside = [small("places." + part) for part in ("shx", "dbf", "prj", "cpg")]
    keep("shapefile", {"whole": shapefile(beside, small("places.shp")), "alone": shapefile([b"", beside[1], beside[2], b""], small("places.shp"))})
    keep("project", {name: bytes([which]) + text.encode() for name, (which, text) in PROJECT.items()})
    keep("sql", {name: text.encode() for name, text in SQL.items()})
    keep("values", {name: text.encode() for name, text in VALUES.items()})


if __name__ == "__main__":
    main()
