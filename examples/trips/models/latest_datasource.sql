-- ---
-- description: For the two regions with the most trips, the data source of their latest trip.
-- key: [region]
-- publish: { to: warehouse, view: analytics.latest_datasource }
-- ---
WITH largest AS (
  SELECT region, count(*) AS trips FROM trips_csv GROUP BY region ORDER BY trips DESC, region LIMIT 2
)
SELECT t.region, max(t.started_at) AS latest_at, arg_max(t.datasource, t.started_at) AS datasource
FROM trips_csv AS t
JOIN largest AS l ON l.region = t.region
GROUP BY t.region
