-- ---
-- description: Points in the zones of a city.
-- kind: full
-- ---
SELECT count(*) AS pairs, sum((a.id * 7919 + b.id * 104729) % 1000003) AS checksum
FROM city_points AS a
JOIN zones AS b ON ST_Contains(b.geom, a.geom)
