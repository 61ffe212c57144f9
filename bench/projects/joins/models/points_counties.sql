-- ---
-- description: Points in counties.
-- kind: full
-- ---
SELECT count(*) AS pairs, sum((a.id * 7919 + b.id * 104729) % 1000003) AS checksum
FROM land_points AS a
JOIN counties AS b ON ST_Contains(b.geom, a.geom)
