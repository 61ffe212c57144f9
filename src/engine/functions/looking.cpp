#include "engine/functions/groups.h"

namespace rhumb {

using enum FunctionForm;

std::vector<FunctionDoc> parts_and_forms() {
  return {
      {.name = "ST_X",
       .signature = "(point) -> double",
       .doc = "Longitude or easting.",
       .postgis = "ST_X",
       .sedona = "ST_X",
       .example = "ST_X(ST_Point(1, 2))",
       .result = "1.0"},
      {.name = "ST_Y",
       .signature = "(point) -> double",
       .doc = "Latitude or northing.",
       .postgis = "ST_Y",
       .sedona = "ST_Y",
       .example = "ST_Y(ST_Point(1, 2))",
       .result = "2.0"},
      {.name = "ST_GeometryType",
       .signature = "(geometry) -> text",
       .form = kMacro,
       .doc = "`ST_Point`, `ST_MultiPolygon`...",
       .postgis = "ST_GeometryType",
       .sedona = "ST_GeometryType",
       .implementation = "(g) AS CASE CAST(system.main.ST_GeometryType(g) AS VARCHAR) "
                         "WHEN 'POINT' THEN 'ST_Point' WHEN 'LINESTRING' THEN 'ST_LineString' "
                         "WHEN 'POLYGON' THEN 'ST_Polygon' WHEN 'MULTIPOINT' THEN 'ST_MultiPoint' "
                         "WHEN 'MULTILINESTRING' THEN 'ST_MultiLineString' "
                         "WHEN 'MULTIPOLYGON' THEN 'ST_MultiPolygon' "
                         "WHEN 'GEOMETRYCOLLECTION' THEN 'ST_GeometryCollection' END",
       .example = "ST_GeometryType(ST_Point(1, 2))",
       .result = "ST_Point"},
      {.name = "GeometryType",
       .signature = "(geometry) -> text",
       .form = kMacro,
       .doc = "`POINT`, `MULTIPOLYGON`...",
       .postgis = "GeometryType",
       .sedona = "GeometryType",
       .implementation = "(g) AS CAST(system.main.ST_GeometryType(g) AS VARCHAR)",
       .example = "GeometryType(ST_Point(1, 2))",
       .result = "POINT"},
      {.name = "ST_GeometryN",
       .signature = "(geometry, n integer) -> geometry",
       .form = kMacro,
       .doc =
           "The n-th part of a collection, from 1; a single geometry is its own first part. NULL "
           "when there is no such part.",
       .postgis = "ST_GeometryN",
       .sedona = "ST_GeometryN (counts from 0)",
       .implementation = "(g, n) AS CASE WHEN n >= 1 THEN ST_Dump(g)[n].geom END",
       .example = "ST_AsText(ST_GeometryN(ST_GeomFromText('MULTIPOINT(1 1, 2 2)'), 2))",
       .result = "POINT (2 2)"},
      {.name = "ST_AsText",
       .signature = "(geometry) -> text",
       .doc = "Well-known text, with a blank after the kind (PostGIS writes none).",
       .postgis = "ST_AsText",
       .sedona = "ST_AsText",
       .example = "ST_AsText(ST_Point(0.1, 2))",
       .result = "POINT (0.1 2)"},
      {.name = "ST_AsBinary",
       .signature = "(geometry) -> bytes",
       .form = kMacro,
       .doc = "Well-known binary, little-endian.",
       .postgis = "ST_AsBinary",
       .sedona = "ST_AsBinary",
       .implementation = "(g) AS CAST(ST_AsWKB(g) AS BLOB)",
       .example = "octet_length(ST_AsBinary(ST_Point(1, 2)))",
       .result = "21"},
      {.name = "ST_AsGeoJSON",
       .signature = "(geometry) -> json",
       .doc = "The geometry as GeoJSON.",
       .postgis = "ST_AsGeoJSON",
       .sedona = "ST_AsGeoJSON",
       .example = "ST_AsGeoJSON(ST_Point(1, 2))",
       .result = R"({"type":"Point","coordinates":[1.0,2.0]})"},
      {.name = "ST_SnapToGrid",
       .signature = "(point, size double) -> geometry",
       .form = kMacro,
       .doc = "The point moved to the nearest crossing of a grid through the origin. Points only; "
              "ST_ReducePrecision takes other kinds.",
       .postgis = "ST_SnapToGrid",
       .sedona = "ST_SnapToGrid",
       .implementation = "(g, size) AS ST_SetCRS(rhumb_snap_to_grid(g, CAST(size AS DOUBLE)), "
                         "coalesce(ST_CRS(g), ''))",
       .example = "ST_AsText(ST_SnapToGrid(ST_Point(1.27, 2.24), 0.5))",
       .result = "POINT (1.5 2)"},
  };
}

}  // namespace rhumb
