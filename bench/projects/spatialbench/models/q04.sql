-- ---
-- description: Zones in which the thousand best tipped rides begin.
-- kind: full
-- ---
SELECT z.z_zonekey, z.z_name, count(*) AS trips
FROM zone AS z
JOIN (SELECT t_pickuploc FROM trip ORDER BY t_tip DESC, t_tripkey LIMIT 1000) AS best
  ON ST_Within(best.t_pickuploc, z.z_boundary)
GROUP BY 1, 2
ORDER BY trips DESC, z.z_zonekey
