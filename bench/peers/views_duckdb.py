"""The views workload by DuckDB's spatial extension: FOLDER/{trips,zones}.parquet to OUT.  views_duckdb.py FOLDER OUT EXTENSION"""

import sys

import duckdb

folder, out, extension = sys.argv[1:]
connection = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": "2", "temp_directory": f"{folder}/spill"})
connection.execute(f"LOAD '{extension}'")
# ST_Distance_Sphere takes latitude first.
connection.execute(f"""
COPY (SELECT p.zone_id AS pickup_zone, d.zone_id AS dropoff_zone, date_trunc('week', t.picked_up_at) AS week,
             CAST(extract(hour FROM t.picked_up_at) AS INTEGER) AS hour, count(*) AS trips, avg(t.fare) AS avg_fare,
             quantile_cont(ST_Distance_Sphere(ST_FlipCoordinates(t.pickup), ST_FlipCoordinates(t.dropoff)), 0.5) AS median_distance_m
      FROM '{folder}/trips.parquet' AS t
      JOIN '{folder}/zones.parquet' AS p ON ST_Contains(p.geom, t.pickup)
      JOIN '{folder}/zones.parquet' AS d ON ST_Contains(d.geom, t.dropoff)
      GROUP BY 1, 2, 3, 4) TO '{out}' (FORMAT parquet)""")
