-- ---
-- description: Trips per named bounding box and ISO week; a trip belongs where it begins.
-- kind: partitioned
-- partition_by: week
-- key: [area, week]
-- ---
SELECT a.area, date_trunc('week', t.started_at) AS week, count(*) AS trips
FROM trips_csv AS t
JOIN areas AS a
  ON ST_X(t.origin) BETWEEN a.xmin AND a.xmax AND ST_Y(t.origin) BETWEEN a.ymin AND a.ymax
GROUP BY a.area, date_trunc('week', t.started_at)
