-- ---
-- description: Rides that begin in Coconino County.
-- kind: full
-- ---
SELECT count(*) AS trips
FROM trip
WHERE ST_Intersects(t_pickuploc, (SELECT z_boundary FROM zone WHERE z_name = 'Coconino' LIMIT 1))
