-- ---
-- description: Trips per pair of zones, week and hour.
-- kind: full
-- key: [pickup_zone, dropoff_zone, week, hour]
-- when: [changed, every: 15 minutes]
-- assert:
--   - min_rows: 100
--   - not_null: [pickup_zone, dropoff_zone, week, hour]
--   - conserves: { source: trips, lost: 60%, doubled: 1% }
-- publish:
--   to: warehouse
--   view: vw_processed_data
--   table: processed_data_v{version}
--   indexes: [[week], [pickup_zone, week]]
--   keep: 0
-- ---
SELECT p.zone_id AS pickup_zone,
       d.zone_id AS dropoff_zone,
       date_trunc('week', t.picked_up_at) AS week,
       CAST(extract(hour FROM t.picked_up_at) AS INTEGER) AS hour,
       count(*) AS trips,
       avg(t.fare) AS avg_fare,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_DistanceSphere(t.pickup, t.dropoff)) AS median_distance_m
FROM trips AS t
JOIN zones AS p ON ST_Contains(p.geom, t.pickup)
JOIN zones AS d ON ST_Contains(d.geom, t.dropoff)
GROUP BY 1, 2, 3, 4
