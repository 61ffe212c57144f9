-- ---
-- description: The five nearest.
-- kind: full
-- ---
SELECT count(*) AS pairs, sum((a.id * 7919 + b.id * 104729) % 1000003) AS checksum
FROM customers AS a
JOIN LATERAL (
  SELECT s.id
  FROM shops AS s
  ORDER BY ST_Distance(s.geom, a.geom)
  LIMIT 5) AS b ON true
