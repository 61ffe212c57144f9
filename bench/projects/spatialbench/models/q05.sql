-- ---
-- description: How far the rides of regular customers spread in a month.
-- kind: full
-- ---
SELECT c.c_custkey,
       c.c_name,
       date_trunc('month', t.t_pickuptime) AS pickup_month,
       ST_Area(ST_ConvexHull(ST_Collect(list(t.t_dropoffloc)))) AS hull_area,
       count(*) AS dropoffs
FROM trip AS t
JOIN customer AS c ON t.t_custkey = c.c_custkey
GROUP BY 1, 2, 3
HAVING count(*) > 5
ORDER BY hull_area DESC, c.c_custkey
