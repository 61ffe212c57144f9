-- ---
-- description: >
--   Similar trips: the same region, origins and destinations in the same cell of 0.01 degrees
--   (about 1.1 km from north to south), in the same hour of the day. A row per group and week, so
--   that a new file rebuilds only its weeks.
-- kind: partitioned
-- partition_by: week
-- key: [week, region, origin_x, origin_y, destination_x, destination_y, hour]
-- assert:
--   - not_null: [week, region]
--   - range: { column: hour, min: 0, max: 23 }
--   - conserves: { source: trips_csv, lost: 0, doubled: 0 }
-- ---
SELECT date_trunc('week', started_at) AS week,
       region,
       CAST(floor(ST_X(origin) * 100) AS INTEGER) AS origin_x,
       CAST(floor(ST_Y(origin) * 100) AS INTEGER) AS origin_y,
       CAST(floor(ST_X(destination) * 100) AS INTEGER) AS destination_x,
       CAST(floor(ST_Y(destination) * 100) AS INTEGER) AS destination_y,
       CAST(hour(started_at) AS INTEGER) AS hour,
       count(*) AS trips
FROM trips_csv
GROUP BY ALL
