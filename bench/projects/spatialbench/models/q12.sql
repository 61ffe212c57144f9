-- ---
-- description: The five buildings nearest to each ride's beginning.
-- kind: full
-- ---
SELECT t.t_tripkey, n.b_buildingkey, n.b_name, n.distance
FROM trip AS t
JOIN LATERAL (
  SELECT b.b_buildingkey, b.b_name, ST_Distance(b.b_boundary, t.t_pickuploc) AS distance
  FROM building AS b
  ORDER BY ST_Distance(b.b_boundary, t.t_pickuploc)
  LIMIT 5) AS n ON true
ORDER BY t.t_tripkey, n.distance, n.b_buildingkey
