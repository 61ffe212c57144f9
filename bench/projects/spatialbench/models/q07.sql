-- ---
-- description: Reported distance beside the straight line.
-- kind: full
-- ---
SELECT t_tripkey, t_distance, line_m, t_distance / nullif(line_m, 0) AS detour
FROM (SELECT t_tripkey, t_distance, ST_Length(ST_MakeLine(t_pickuploc, t_dropoffloc)) * 111111 AS line_m FROM trip) AS lines
ORDER BY detour DESC NULLS LAST, t_distance DESC, t_tripkey
