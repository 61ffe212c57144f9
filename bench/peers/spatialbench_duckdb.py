"""One query of SpatialBench by DuckDB.  spatialbench_duckdb.py FOLDER QUERY OUT EXTENSION"""

import sys

import duckdb
from spatialbench_queries import queries

NEAREST = """SELECT t.t_tripkey, n.b_buildingkey, n.b_name, n.distance
FROM trip AS t, LATERAL (SELECT b.b_buildingkey, b.b_name, ST_Distance(b.b_boundary, t.t_pickuploc) AS distance FROM building AS b
                         ORDER BY distance, b.b_buildingkey LIMIT 5) AS n
ORDER BY t.t_tripkey, n.distance, n.b_buildingkey"""

folder, name, out, extension = sys.argv[1:]
connection = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": "2", "temp_directory": f"{folder}/spill"})
connection.execute(f"LOAD '{extension}'")
connection.execute(f"CREATE VIEW trip AS SELECT * REPLACE (ST_GeomFromWKB(t_pickuploc) AS t_pickuploc, ST_GeomFromWKB(t_dropoffloc) AS t_dropoffloc) FROM '{folder}/trip.parquet'")
connection.execute(f"CREATE VIEW building AS SELECT * REPLACE (ST_GeomFromWKB(b_boundary) AS b_boundary) FROM '{folder}/building.parquet'")
connection.execute(f"CREATE VIEW zone AS SELECT z_zonekey, z_name, ST_GeomFromWKB(ST_AsWKB(z_boundary)) AS z_boundary FROM '{folder}/zone.parquet'")
connection.execute(f"CREATE VIEW customer AS FROM '{folder}/customer.parquet'")
sql = queries(lambda end, start: f"epoch({end}) - epoch({start})", lambda geometry: f"ST_Collect(list({geometry}))", NEAREST)[name]
connection.execute(f"COPY ({sql}) TO '{out}' (FORMAT parquet)")
