-- ---
-- description: >
--   Trips per ISO week and region, averaged over all weeks from the region's first trip to its
--   last one, weeks without a trip included.
-- key: [region]
-- publish: { to: warehouse, view: analytics.weekly_average_by_region }
-- ---
SELECT region,
       CAST(sum(trips) AS BIGINT) AS trips,
       weeks_spanned(week) AS weeks,
       weekly_average(trips, week) AS weekly_average
FROM region_weeks
GROUP BY region
