"""One join by DuckDB's spatial extension: pairs and checksum go to OUT.  joins_duckdb.py FOLDER JOIN OUT EXTENSION"""

import sys
from pathlib import Path

import duckdb
from joins_queries import TABLES, query

NEAREST = "customers AS a, LATERAL (SELECT s.id FROM shops AS s ORDER BY ST_Distance(s.geom, a.geom) LIMIT 5) AS b"

folder, name, out, extension = sys.argv[1:]
connection = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": "2", "temp_directory": f"{folder}/spill"})
connection.execute(f"LOAD '{extension}'")
for table in TABLES[name]:
    connection.execute(f"CREATE VIEW {table} AS FROM '{folder}/{table}.parquet'")
pairs, checksum = connection.execute(query(name, NEAREST)).fetchone()
Path(out).write_text(f"{pairs} {checksum}")
