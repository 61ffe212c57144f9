-- ---
-- description: Polygons that meet polygons.
-- kind: full
-- ---
SELECT count(*) AS pairs, sum((a.id * 7919 + b.id * 104729) % 1000003) AS checksum
FROM parcels AS a
JOIN buildings AS b ON ST_Intersects(a.geom, b.geom)
