-- ---
-- description: Every zone and the rides that begin there, none included.
-- kind: full
-- ---
SELECT z.z_zonekey,
       z.z_name,
       avg(extract(epoch FROM t.t_dropofftime) - extract(epoch FROM t.t_pickuptime)) AS avg_seconds,
       avg(t.t_distance) AS avg_distance,
       count(t.t_tripkey) AS trips
FROM zone AS z
LEFT JOIN trip AS t ON ST_Within(t.t_pickuploc, z.z_boundary)
GROUP BY 1, 2
ORDER BY avg_seconds DESC NULLS LAST, z.z_zonekey
