-- ---
-- description: Trips per region and ISO week.
-- key: [region, week]
-- publish: { to: warehouse, view: analytics.region_weeks }
-- ---
SELECT region, week, CAST(sum(trips) AS BIGINT) AS trips
FROM trip_groups
GROUP BY region, week
