-- ---
-- description: Rides that begin within 0.45 degrees of Sedona, nearest first.
-- kind: full
-- ---
SELECT t_tripkey,
       ST_X(t_pickuploc) AS pickup_lon,
       ST_Y(t_pickuploc) AS pickup_lat,
       t_pickuptime,
       ST_Distance(t_pickuploc, ST_GeomFromText('POINT (-111.7610 34.8697)', 4326)) AS distance_to_center
FROM trip
WHERE ST_DWithin(t_pickuploc, ST_GeomFromText('POINT (-111.7610 34.8697)', 4326), 0.45)
ORDER BY distance_to_center, t_tripkey
