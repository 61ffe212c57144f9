-- ---
-- description: Months of the rides that begin within 0.045 degrees of a box around Sedona.
-- kind: full
-- ---
SELECT date_trunc('month', t_pickuptime) AS pickup_month,
       count(*) AS trips,
       avg(t_distance) AS avg_distance,
       avg(extract(epoch FROM t_dropofftime) - extract(epoch FROM t_pickuptime)) AS avg_seconds,
       avg(t_fare) AS avg_fare
FROM trip
WHERE ST_DWithin(
  t_pickuploc,
  ST_GeomFromText('POLYGON ((-111.9060 34.7347, -111.6160 34.7347, -111.6160 35.0047, -111.9060 35.0047, -111.9060 34.7347))', 4326),
  0.045)
GROUP BY 1
ORDER BY 1
