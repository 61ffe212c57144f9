"""The views workload by GeoPandas: FOLDER/{trips,zones}.parquet to OUT.  views_geopandas.py FOLDER OUT"""

import sys

import geopandas
import numpy as np
import pandas
import pyarrow.parquet as pq
import shapely

RADIUS = 6371008.771415059


def zone_of(zones, points):
    trip, zone = shapely.STRtree(zones.geometry.to_numpy()).query(points, predicate="within").reshape(2, -1)
    return pandas.DataFrame({"trip": trip, "zone": zones["zone_id"].to_numpy()[zone]})


def distance(pickup, dropoff):
    x1, y1, x2, y2 = (np.radians(values) for values in (shapely.get_x(pickup), shapely.get_y(pickup), shapely.get_x(dropoff), shapely.get_y(dropoff)))
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    return 2 * RADIUS * np.arcsin(np.sqrt(half))


folder, out = sys.argv[1:]
zones = geopandas.read_parquet(f"{folder}/zones.parquet")
table = pq.read_table(f"{folder}/trips.parquet")
pickup, dropoff = (shapely.from_wkb(table[name].to_numpy()) for name in ("pickup", "dropoff"))
trips = table.select(["picked_up_at", "fare"]).to_pandas()
trips["week"] = trips["picked_up_at"].dt.to_period("W").dt.start_time
trips["hour"] = trips["picked_up_at"].dt.hour
trips["distance"] = distance(pickup, dropoff)
pairs = zone_of(zones, pickup).merge(zone_of(zones, dropoff), on="trip", suffixes=("_pickup", "_dropoff"))
joined = pairs.join(trips, on="trip")
grouped = joined.groupby(["zone_pickup", "zone_dropoff", "week", "hour"]).agg(
    trips=("fare", "size"), avg_fare=("fare", "mean"), median_distance_m=("distance", "median")).reset_index()
grouped.columns = ["pickup_zone", "dropoff_zone", "week", "hour", "trips", "avg_fare", "median_distance_m"]
grouped.to_parquet(out)
