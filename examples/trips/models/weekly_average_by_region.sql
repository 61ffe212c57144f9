-- ---
-- description: >
--   Trips per ISO week and region, averaged over all weeks from the region's first trip to its
--   last one, weeks without a trip included.
-- key: [region]
-- publish: { to: warehouse, view: analytics.weekly_average_by_region }
-- ---
SELECT region,
       CAST(sum(trips) AS BIGINT) AS trips,
       weeks_between(min(week), max(week)) + 1 AS weeks,
       sum(trips) * 1.0 / (weeks_between(min(week), max(week)) + 1) AS weekly_average
FROM region_weeks
GROUP BY region
