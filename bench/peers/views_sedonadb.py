"""The views workload by SedonaDB: FOLDER/{trips,zones}.parquet to OUT.  views_sedonadb.py FOLDER OUT"""

import sys

import sedonadb

folder, out = sys.argv[1:]
sd = sedonadb.connect()
sd.read_parquet(f"{folder}/trips.parquet").to_view("trips")
sd.read_parquet(f"{folder}/zones.parquet").to_view("zones")
# The great circle by its formula, on the sphere that PostGIS takes.
RADIANS = "0.017453292519943295"
sd.sql(f"""
SELECT p.zone_id AS pickup_zone, d.zone_id AS dropoff_zone, date_trunc('week', t.picked_up_at) AS week,
       CAST(date_part('hour', t.picked_up_at) AS INT) AS hour, count(*) AS trips, avg(t.fare) AS avg_fare,
       median(2 * 6371008.771415059 * asin(sqrt(
         power(sin((ST_Y(t.dropoff) - ST_Y(t.pickup)) * {RADIANS} / 2), 2)
         + cos(ST_Y(t.pickup) * {RADIANS}) * cos(ST_Y(t.dropoff) * {RADIANS})
         * power(sin((ST_X(t.dropoff) - ST_X(t.pickup)) * {RADIANS} / 2), 2)))) AS median_distance_m
FROM trips AS t
JOIN zones AS p ON ST_Contains(p.geom, t.pickup)
JOIN zones AS d ON ST_Contains(d.geom, t.dropoff)
GROUP BY 1, 2, 3, 4""").to_parquet(out)
