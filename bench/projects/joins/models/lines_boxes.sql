-- ---
-- description: Lines that meet rectangles.
-- kind: full
-- ---
SELECT count(*) AS pairs, sum((a.id * 7919 + b.id * 104729) % 1000003) AS checksum
FROM lines AS a
JOIN boxes AS b ON ST_Intersects(a.geom, b.geom)
