"""Versions are plain GeoParquet: Spark 3.5 and Sedona read them without knowing Rhumb."""

import json
import os
import subprocess

import pytest

from tests.harness.program import ROOT, query, rhumb, write_project

PYTHON = ROOT / ".deps/spark/bin/python"
ROWS = [
    "1,0.5,12.34,\"a, \"\"b\"\"\",true,2024-02-29,2024-02-29 12:34:56.789,2024-02-29T12:34:56Z,7.5,45.25,\"POLYGON((0 0,2 0,2 2,0 0))\"",
    "2,-1e300,-0.01,Zürich,false,1969-12-31,1969-12-31 23:59:59,1969-12-31T23:59:59Z,-179.9,-89.9,\"MULTIPOLYGON(((5 5,6 5,6 6,5 5)))\"",
    "3,,,,,,,,,,",
]


def plainly(text):
    """WKT with as many blanks as one of the two likes."""
    return text and text.replace(", ", ",").replace(" (", "(")


@pytest.mark.long
@pytest.mark.skipif(not PYTHON.exists(), reason="Spark is not installed: run scripts/setup spark")
def test_spark_and_sedona_read_every_type(tmp_path):
    write_project(tmp_path, {
        "rhumb.yaml": "rhumb: 1\nname: spark\ntimezone: UTC\n",
        "landing/a.csv": "id,f,m,t,b,d,ts,tz,x,y,area\n" + "\n".join(ROWS) + "\n",
        "sources/all.yaml": """read: { directory: { path: landing, files: "*.csv" } }
decode: { csv: {} }
columns:
  id: integer
  f: double
  m: decimal(10,2)
  t: text
  b: boolean
  d: date
  ts: timestamp
  tz: timestamptz
  place: { type: point, crs: 4326, lon: x, lat: y }
  area: { type: geometry, crs: 4326 }
""",
        "models/every_type.sql": "SELECT id, f, m, t, b, d, ts, tz, place, area FROM \"all\"\n",
    })
    rhumb("run", cwd=tmp_path, check=0)
    [folder] = (tmp_path / ".rhumb").rglob("data/every_type")
    files = sorted(map(str, folder.rglob("*.parquet")))
    done = subprocess.run([PYTHON, ROOT / "tests/spark/read_version.py", *files], capture_output=True, text=True,
                          timeout=300, env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"})
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert seen["plain"]["rows"] == 3
    plain = {"id": "bigint", "f": "double", "m": "decimal(10,2)", "t": "string", "b": "boolean", "d": "date"}
    assert seen["plain"]["types"].items() >= {**plain, "ts": "timestamp_ntz", "tz": "timestamp", "place": "binary"}.items()
    assert seen["types"].items() >= {**plain, "tz": "timestamp", "place": "udt", "area": "udt"}.items()
    ours = query("SELECT id::TEXT AS id, f, m::TEXT AS m, t, b::TEXT AS b, d::TEXT AS d, ts::TEXT AS ts, "
                 "strftime(tz, '%Y-%m-%d %H:%M:%S') AS tz, ST_AsText(place) AS place, "
                 "ST_AsText(area) AS area FROM every_type ORDER BY id", cwd=tmp_path)
    for mine, theirs in zip(ours, seen["rows"], strict=True):
        assert (theirs.pop("f") or "") == "" if mine["f"] is None else float(theirs.pop("f")) == mine["f"]
        mine.pop("f")
        assert {key: plainly(value) for key, value in theirs.items()} == {key: plainly(value) for key, value in mine.items()}
