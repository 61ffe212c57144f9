-- ---
-- description: Zones around Sedona and the rides that begin there.
-- kind: full
-- ---
SELECT z.z_zonekey,
       z.z_name,
       count(*) AS pickups,
       avg(t.t_distance) AS avg_distance,
       avg(extract(epoch FROM t.t_dropofftime) - extract(epoch FROM t.t_pickuptime)) AS avg_seconds
FROM trip AS t, zone AS z
WHERE ST_Intersects(
        ST_GeomFromText('POLYGON ((-112.2110 34.4197, -111.3110 34.4197, -111.3110 35.3197, -112.2110 35.3197, -112.2110 34.4197))', 4326),
        z.z_boundary)
  AND ST_Within(t.t_pickuploc, z.z_boundary)
GROUP BY 1, 2
ORDER BY pickups DESC, z.z_zonekey
