#include "engine/functions/groups.h"

namespace rhumb {

using enum FunctionForm;

std::vector<FunctionDoc> geohashes() {
  return {
      {.name = "ST_GeoHash",
       .signature = "(point, precision integer) -> text\n(point) -> text",
       .form = kKernel,
       .doc =
           "Geohash of a point of longitude and latitude, in 1 to 20 characters (20 unless given). "
           "Points only.",
       .postgis = "ST_GeoHash",
       .sedona = "ST_GeoHash",
       .example = "ST_GeoHash(ST_Point(-126, 48), 5)",
       .result = "c0w3h"},
      {.name = "geohash",
       .signature = "(point, precision integer) -> text",
       .form = kMacro,
       .doc = "Short for ST_GeoHash.",
       .postgis = "ST_GeoHash",
       .sedona = "ST_GeoHash",
       .implementation = "(point, length) AS ST_GeoHash(point, length)",
       .example = "geohash(ST_Point(10.40744, 57.64911), 6)",
       .result = "u4pruy"},
      {.name = "ST_GeomFromGeoHash",
       .signature = "(geohash text) -> geometry\n(geohash text, precision integer) -> geometry",
       .form = kMacro,
       .doc = "The cell of a geohash as a rectangle of SRID 4326; with a precision, of its first "
              "characters only.",
       .postgis = "ST_GeomFromGeoHash",
       .sedona = "ST_GeomFromGeoHash",
       .implementation = "(hash) AS ST_SetSRID(rhumb_geohash_box(hash), 4326), "
                         "(hash, length) AS ST_SetSRID(rhumb_geohash_box(hash, length), 4326)",
       .example = "ST_AsText(ST_GeomFromGeoHash('s0'))",
       .result = "POLYGON ((0 0, 0 5.625, 11.25 5.625, 11.25 0, 0 0))"},
      {.name = "ST_PointFromGeoHash",
       .signature = "(geohash text) -> geometry\n(geohash text, precision integer) -> geometry",
       .form = kMacro,
       .doc = "The middle of a geohash's cell, a point of SRID 4326.",
       .postgis = "ST_PointFromGeoHash",
       .sedona = "ST_PointFromGeoHash",
       .implementation = "(hash) AS ST_SetSRID(rhumb_geohash_centre(hash), 4326), "
                         "(hash, length) AS ST_SetSRID(rhumb_geohash_centre(hash, length), 4326)",
       .example = "ST_AsText(ST_PointFromGeoHash('s0'))",
       .result = "POINT (5.625 2.8125)"},
      {.name = "ST_GeoHashNeighbor",
       .signature = "(geohash text, direction text) -> text",
       .form = kKernel,
       .doc = "The cell of the same size beside it; the direction is `n`, `ne`, `e`, `se`, `s`, "
              "`sw`, `w` or `nw`. East of 180 degrees is west; NULL beyond a pole.",
       .sedona = "ST_GeoHashNeighbor",
       .example = "ST_GeoHashNeighbor('dqcjq', 'n')",
       .result = "dqcjw"},
      {.name = "ST_GeoHashNeighbors",
       .signature = "(geohash text) -> list of text",
       .form = kKernel,
       .doc = "The eight cells around it, from the north clockwise; five at a pole.",
       .sedona = "ST_GeoHashNeighbors",
       .example = "ST_GeoHashNeighbors('dqcjq')",
       .result = "[dqcjw, dqcjx, dqcjr, dqcjp, dqcjn, dqcjj, dqcjm, dqcjt]"},
  };
}

std::vector<FunctionDoc> tiles() {
  return {
      {.name = "tile_x",
       .signature = "(point, zoom integer) -> integer",
       .form = kKernel,
       .doc = "Column of the web Mercator tile that a point of longitude and latitude is in, from "
              "the west; zoom is 0 to 30. Points beyond 85.05 degrees are in the outermost tile.",
       .example = "tile_x(ST_Point(7.686856, 45.070312), 12)",
       .result = "2135"},
      {.name = "tile_y",
       .signature = "(point, zoom integer) -> integer",
       .form = kKernel,
       .doc = "Row of that tile, from the north.",
       .example = "tile_y(ST_Point(7.686856, 45.070312), 12)",
       .result = "1472"},
      {.name = "ST_TileEnvelope",
       .signature = "(zoom integer, x integer, y integer) -> geometry",
       .form = kMacro,
       .doc = "The tile as a rectangle in web Mercator (SRID 3857).",
       .postgis = "ST_TileEnvelope",
       .implementation = "(zoom, x, y) AS ST_SetSRID(system.main.ST_TileEnvelope(CAST(zoom AS "
                         "INTEGER), CAST(x AS INTEGER), CAST(y AS INTEGER)), 3857)",
       .example = "round(ST_YMax(ST_TileEnvelope(1, 1, 0)), 3)",
       .result = "20037508.343"},
      {.name = "quadkey",
       .signature = "(point, zoom integer) -> text\n"
                    "(zoom integer, x integer, y integer) -> text",
       .form = kKernel,
       .doc = "Quadkey of a tile, or of the tile a point of longitude and latitude is in: a digit "
              "for each zoom level, so that a tile's begins with those of the tiles around it.",
       .sedona = "ST_BingTileAt, ST_BingTile",
       .example = "quadkey(3, 3, 5)",
       .result = "213"},
      {.name = "quadkey_zoom",
       .signature = "(quadkey text) -> integer",
       .form = kKernel,
       .doc = "Zoom level of a quadkey's tile.",
       .sedona = "ST_BingTileZoomLevel",
       .example = "quadkey_zoom('213')",
       .result = "3"},
      {.name = "quadkey_x",
       .signature = "(quadkey text) -> integer",
       .form = kKernel,
       .doc = "Column of a quadkey's tile, from the west.",
       .sedona = "ST_BingTileX",
       .example = "quadkey_x('213')",
       .result = "3"},
      {.name = "quadkey_y",
       .signature = "(quadkey text) -> integer",
       .form = kKernel,
       .doc = "Row of a quadkey's tile, from the north.",
       .sedona = "ST_BingTileY",
       .example = "quadkey_y('213')",
       .result = "5"},
      {.name = "quadkey_envelope",
       .signature = "(quadkey text) -> geometry",
       .form = kMacro,
       .doc = "A quadkey's tile as a rectangle of longitude and latitude (SRID 4326).",
       .sedona = "ST_BingTilePolygon",
       .implementation = "(key) AS ST_SetSRID(rhumb_quadkey_box(key), 4326)",
       .example = "ST_XMax(quadkey_envelope('213'))",
       .result = "0.0"},
      {.name = "hilbert_key",
       .signature = "(geometry) -> integer\n"
                    "(geometry, xmin double, ymin double, xmax double, ymax double) -> integer",
       .form = kMacro,
       .doc = "Position of the middle of a geometry's box along a Hilbert curve through the given "
              "rectangle (the whole Earth in degrees unless given): sorted by it, what is near "
              "stays near. 0 to 4294967295; NULL for NULL and EMPTY.",
       .implementation = "(g) AS CAST(rhumb_hilbert(g, -180, -90, 180, 90) AS BIGINT), "
                         "(g, xmin, ymin, xmax, ymax) AS CAST(rhumb_hilbert(g, xmin, ymin, xmax, "
                         "ymax) AS BIGINT)",
       .example = "hilbert_key(ST_Point(-180, -90))",
       .result = "0"},
  };
}

}  // namespace rhumb
