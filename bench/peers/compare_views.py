"""Compares results of the views workload with the first: per file its groups, and equal or different."""

import sys

import duckdb

KEYS = "pickup_zone, dropoff_zone, week, hour"
first = sys.argv[1]
for path in sys.argv[1:]:
    groups, equal = duckdb.execute(f"""
        SELECT count(mine.trips), coalesce(bool_and(mine.trips = theirs.trips AND abs(mine.avg_fare - theirs.avg_fare) < 1e-9 * theirs.avg_fare
                 AND abs(mine.median_distance_m - theirs.median_distance_m) <= 1e-5 * theirs.median_distance_m), false)
               AND count(mine.trips) = count(*) AND count(theirs.trips) = count(*)
        FROM '{path}' AS mine FULL JOIN '{first}' AS theirs USING ({KEYS})""").fetchone()
    print(groups, "equal" if equal else "different")
