"""One join by SedonaDB: pairs and checksum go to OUT.  joins_sedonadb.py FOLDER JOIN OUT"""

import sys
from pathlib import Path

import pyarrow
import sedonadb
from joins_queries import TABLES, query

NEAREST = "customers AS a JOIN shops AS b ON ST_KNN(a.geom, b.geom, 5, FALSE)"

folder, name, out = sys.argv[1:]
sd = sedonadb.connect()
for table in TABLES[name]:
    sd.read_parquet(f"{folder}/{table}.parquet").to_view(table)
answer = pyarrow.table(sd.sql(query(name, NEAREST)))
Path(out).write_text(f"{answer['pairs'][0]} {answer['checksum'][0]}")
