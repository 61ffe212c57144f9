"""Writes the FlatGeobuf files of this folder with GDAL, which is not the program under test.

    pip install pyogrio shapely && python3 make.py
"""

from pathlib import Path

import numpy as np
import shapely
from pyogrio.raw import write

HERE = Path(__file__).parent
PLACES = ["POINT (7.5 45)", "POINT (8.5 47.25)", "POINT (-70 -33.5)"]
SHAPES = [
    "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))",
    "MULTIPOLYGON (((20 0, 25 0, 25 5, 20 0)), ((30 0, 35 0, 35 5, 30 0)))",
    "LINESTRING (0 0, 1 1)",
    "MULTIPOINT (1 2, 3 4)",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 5))",
    "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
]
TRACKS = ["LINESTRING Z (0 0 1, 1 1 2)", "LINESTRING Z (2 2 3, 4 5 6, 7 8 9.5)"]


def save(name, kind, texts, fields, crs, index):
    path = HERE / f"{name}.fgb"
    path.unlink(missing_ok=True)
    masks = [np.array([value is None for value in values]) for _, values, _ in fields]
    data = [np.array([0 if value is None and kind_of is not object else value for value in values], dtype=kind_of)
            for _, values, kind_of in fields]
    write(str(path), np.array([shapely.to_wkb(shapely.from_wkt(text)) for text in texts], dtype="object"), data,
          [field for field, _, _ in fields], field_mask=masks, geometry_type=kind, crs=crs, driver="FlatGeobuf",
          SPATIAL_INDEX="YES" if index else "NO")


def main():
    save("places", "Point", PLACES, [("name", ["Turin", "Zürich", None], object),
                                     ("people", [848885, 421878, None], "int32"),
                                     ("height", [239.5, None, 12.25], "float64"),
                                     ("open", [True, False, None], "bool")], "EPSG:4326", True)
    save("shapes", "Unknown", SHAPES, [("id", list(range(1, 7)), "int32")], "EPSG:3857", False)
    save("tracks", "LineString Z", TRACKS, [("id", [1, 2], "int64")], "EPSG:4326", True)


if __name__ == "__main__":
    main()
