-- ---
-- description: Groups of similar trips over all weeks, with how many there were.
-- key: [region, origin_x, origin_y, destination_x, destination_y, hour]
-- publish: { to: warehouse, view: analytics.similar_trips }
-- ---
SELECT region, origin_x, origin_y, destination_x, destination_y, hour,
       CAST(sum(trips) AS BIGINT) AS trips, count(*) AS weeks
FROM trip_groups
GROUP BY region, origin_x, origin_y, destination_x, destination_y, hour
