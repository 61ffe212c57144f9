-- ---
-- description: >
--   Trips per ISO week and named bounding box, averaged over all weeks from the box's first trip
--   to its last one.
-- key: [area]
-- publish: { to: warehouse, view: analytics.weekly_average_by_area }
-- ---
SELECT area,
       CAST(sum(trips) AS BIGINT) AS trips,
       weeks_spanned(week) AS weeks,
       weekly_average(trips, week) AS weekly_average
FROM area_weeks
GROUP BY area
