"""The joins as each peer wants them: NAME -> SQL over tables named as the files. Both sides say how many pairs there are and their checksum."""

ANSWER = "SELECT count(*) AS pairs, CAST(sum((a.id * 7919 + b.id * 104729) % 1000003) AS BIGINT) AS checksum FROM"

TABLES = {
    "points_zones": ("city_points", "zones"),
    "points_counties": ("land_points", "counties"),
    "lines_boxes": ("lines", "boxes"),
    "polygons_polygons": ("parcels", "buildings"),
    "nearest": ("customers", "shops"),
}


def query(name, nearest):
    """`nearest`: the whole FROM of the search for the five nearest."""
    if name == "nearest":
        return f"{ANSWER} {nearest}"
    left, right = TABLES[name]
    holds = "ST_Contains(b.geom, a.geom)" if name.startswith("points") else "ST_Intersects(a.geom, b.geom)"
    return f"{ANSWER} {left} AS a JOIN {right} AS b ON {holds}"
