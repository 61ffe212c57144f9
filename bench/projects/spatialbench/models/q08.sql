-- ---
-- description: Rides that begin within 0.0045 degrees of a building.
-- kind: full
-- ---
SELECT b.b_buildingkey, b.b_name, count(*) AS pickups
FROM trip AS t
JOIN building AS b ON ST_DWithin(t.t_pickuploc, b.b_boundary, 0.0045)
GROUP BY 1, 2
ORDER BY pickups DESC, b.b_buildingkey
