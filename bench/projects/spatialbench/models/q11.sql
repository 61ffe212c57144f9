-- ---
-- description: Rides that end in another zone.
-- kind: full
-- ---
SELECT count(*) AS trips
FROM trip AS t
JOIN zone AS p ON ST_Within(t.t_pickuploc, p.z_boundary)
JOIN zone AS d ON ST_Within(t.t_dropoffloc, d.z_boundary)
WHERE p.z_zonekey <> d.z_zonekey
