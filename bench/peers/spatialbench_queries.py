"""SpatialBench's queries as each peer wants them: NAME -> SQL over trip, building, customer, zone."""

SEDONA = "ST_GeomFromText('POINT (-111.7610 34.8697)')"
BOX_15 = "ST_GeomFromText('POLYGON ((-111.9060 34.7347, -111.6160 34.7347, -111.6160 35.0047, -111.9060 35.0047, -111.9060 34.7347))')"
BOX_50 = "ST_GeomFromText('POLYGON ((-112.2110 34.4197, -111.3110 34.4197, -111.3110 35.3197, -112.2110 35.3197, -112.2110 34.4197))')"


def queries(seconds, collect, nearest):
    """`seconds(t)`: seconds that a ride lasts; `collect(g)`: one geometry of a group; `nearest`: the whole of query 12."""
    lasting = seconds("t.t_dropofftime", "t.t_pickuptime")
    return {
        "q01": f"""SELECT t_tripkey, ST_X(t_pickuploc) AS pickup_lon, ST_Y(t_pickuploc) AS pickup_lat, t_pickuptime, ST_Distance(t_pickuploc, {SEDONA}) AS distance_to_center
                   FROM trip WHERE ST_DWithin(t_pickuploc, {SEDONA}, 0.45) ORDER BY distance_to_center, t_tripkey""",
        "q02": "SELECT count(*) AS trips FROM trip WHERE ST_Intersects(t_pickuploc, (SELECT z_boundary FROM zone WHERE z_name = 'Coconino' LIMIT 1))",
        "q03": f"""SELECT date_trunc('month', t_pickuptime) AS pickup_month, count(*) AS trips, avg(CAST(t_distance AS DOUBLE)) AS avg_distance,
                          avg({lasting}) AS avg_seconds, avg(CAST(t_fare AS DOUBLE)) AS avg_fare
                   FROM trip AS t WHERE ST_DWithin(t_pickuploc, {BOX_15}, 0.045) GROUP BY 1 ORDER BY 1""",
        "q04": """SELECT z.z_zonekey, z.z_name, count(*) AS trips
                  FROM zone AS z JOIN (SELECT t_pickuploc FROM trip ORDER BY t_tip DESC, t_tripkey LIMIT 1000) AS best ON ST_Within(best.t_pickuploc, z.z_boundary)
                  GROUP BY 1, 2 ORDER BY trips DESC, z.z_zonekey""",
        "q05": f"""SELECT c.c_custkey, c.c_name, date_trunc('month', t.t_pickuptime) AS pickup_month, ST_Area(ST_ConvexHull({collect('t.t_dropoffloc')})) AS hull_area, count(*) AS dropoffs
                   FROM trip AS t JOIN customer AS c ON t.t_custkey = c.c_custkey GROUP BY 1, 2, 3 HAVING count(*) > 5 ORDER BY hull_area DESC, c.c_custkey""",
        "q06": f"""SELECT z.z_zonekey, z.z_name, count(*) AS pickups, avg(CAST(t.t_distance AS DOUBLE)) AS avg_distance, avg({lasting}) AS avg_seconds
                   FROM trip AS t, zone AS z WHERE ST_Intersects({BOX_50}, z.z_boundary) AND ST_Within(t.t_pickuploc, z.z_boundary)
                   GROUP BY 1, 2 ORDER BY pickups DESC, z.z_zonekey""",
        "q07": """SELECT t_tripkey, t_distance, line_m, t_distance / nullif(line_m, 0) AS detour
                  FROM (SELECT t_tripkey, CAST(t_distance AS DOUBLE) AS t_distance, ST_Length(ST_MakeLine(t_pickuploc, t_dropoffloc)) * 111111 AS line_m FROM trip) AS lines
                  ORDER BY detour DESC NULLS LAST, t_distance DESC, t_tripkey""",
        "q08": """SELECT b.b_buildingkey, b.b_name, count(*) AS pickups FROM trip AS t JOIN building AS b ON ST_DWithin(t.t_pickuploc, b.b_boundary, 0.0045)
                  GROUP BY 1, 2 ORDER BY pickups DESC, b.b_buildingkey""",
        "q09": """SELECT building_1, building_2, area_1, area_2, shared, CASE WHEN area_1 + area_2 - shared = 0 THEN 1.0 ELSE shared / (area_1 + area_2 - shared) END AS iou
                  FROM (SELECT a.b_buildingkey AS building_1, b.b_buildingkey AS building_2, ST_Area(a.b_boundary) AS area_1, ST_Area(b.b_boundary) AS area_2,
                               ST_Area(ST_Intersection(a.b_boundary, b.b_boundary)) AS shared
                        FROM building AS a JOIN building AS b ON a.b_buildingkey < b.b_buildingkey AND ST_Intersects(a.b_boundary, b.b_boundary)) AS pairs
                  ORDER BY iou DESC, building_1, building_2""",
        "q10": f"""SELECT z.z_zonekey, z.z_name, avg({lasting}) AS avg_seconds, avg(CAST(t.t_distance AS DOUBLE)) AS avg_distance, count(t.t_tripkey) AS trips
                   FROM zone AS z LEFT JOIN trip AS t ON ST_Within(t.t_pickuploc, z.z_boundary) GROUP BY 1, 2 ORDER BY avg_seconds DESC NULLS LAST, z.z_zonekey""",
        "q11": """SELECT count(*) AS trips FROM trip AS t JOIN zone AS p ON ST_Within(t.t_pickuploc, p.z_boundary) JOIN zone AS d ON ST_Within(t.t_dropoffloc, d.z_boundary)
                  WHERE p.z_zonekey <> d.z_zonekey""",
        "q12": nearest,
    }
