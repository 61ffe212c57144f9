-- ---
-- description: Pairs of buildings that meet, and how much of them is shared.
-- kind: full
-- ---
SELECT building_1, building_2, area_1, area_2, shared,
       CASE WHEN area_1 + area_2 - shared = 0 THEN 1.0 ELSE shared / (area_1 + area_2 - shared) END AS iou
FROM (SELECT a.b_buildingkey AS building_1, b.b_buildingkey AS building_2,
             ST_Area(a.b_boundary) AS area_1, ST_Area(b.b_boundary) AS area_2,
             ST_Area(ST_Intersection(a.b_boundary, b.b_boundary)) AS shared
      FROM building AS a
      JOIN building AS b ON a.b_buildingkey < b.b_buildingkey AND ST_Intersects(a.b_boundary, b.b_boundary)) AS pairs
ORDER BY iou DESC, building_1, building_2
