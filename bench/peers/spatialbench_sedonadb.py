"""One query of SpatialBench by SedonaDB.  spatialbench_sedonadb.py FOLDER QUERY OUT"""

import sys

import sedonadb
from spatialbench_queries import queries

NEAREST = """SELECT t.t_tripkey, b.b_buildingkey, b.b_name, ST_Distance(t.t_pickuploc, b.b_boundary) AS distance
FROM trip AS t JOIN building AS b ON ST_KNN(t.t_pickuploc, b.b_boundary, 5, FALSE)
ORDER BY t.t_tripkey, distance, b.b_buildingkey"""

folder, name, out = sys.argv[1:]
sd = sedonadb.connect()
for table in ("trip", "building", "zone", "customer"):
    sd.read_parquet(f"{folder}/{table}.parquet").to_view(f"{table}_file")
sd.sql("""SELECT t_tripkey, t_custkey, t_pickuptime, t_dropofftime, t_fare, t_tip, t_distance,
                 ST_GeomFromWKB(t_pickuploc) AS t_pickuploc, ST_GeomFromWKB(t_dropoffloc) AS t_dropoffloc FROM trip_file""").to_view("trip")
sd.sql("SELECT b_buildingkey, b_name, ST_GeomFromWKB(b_boundary) AS b_boundary FROM building_file").to_view("building")
sd.sql("SELECT z_zonekey, z_name, ST_SetSRID(z_boundary, 0) AS z_boundary FROM zone_file").to_view("zone")
sd.sql("SELECT * FROM customer_file").to_view("customer")
sql = queries(lambda end, start: f"(date_part('epoch', {end}) - date_part('epoch', {start}))", lambda geometry: f"ST_Collect_Agg({geometry})", NEAREST)[name]
sd.sql(sql).to_parquet(out)
