#include "engine/functions/groups.h"

namespace rhumb {

using enum FunctionForm;

std::vector<FunctionDoc> coordinate_systems() {
  return {
      {.name = "ST_SRID",
       .signature = "(geometry) -> integer",
       .form = kMacro,
       .doc =
           "EPSG code of the geometry's coordinate system, 0 when it has none. It belongs to the "
           "column, not to the single value.",
       .postgis = "ST_SRID",
       .sedona = "ST_SRID",
       .implementation = "(g) AS CASE WHEN g IS NULL THEN NULL "
                         "WHEN ST_CRS(g) LIKE 'EPSG:%' THEN CAST(substr(ST_CRS(g), 6) AS INTEGER) "
                         "WHEN ST_CRS(g) = 'OGC:CRS84' THEN 4326 ELSE 0 END",
       .example = "ST_SRID(ST_SetSRID(ST_Point(1, 2), 2263))",
       .result = "2263"},
      {.name = "ST_SetSRID",
       .signature = "(geometry, srid integer) -> geometry",
       .form = kMacro,
       .doc =
           "The same coordinates, said to be of that system; 0 takes the system away. The SRID is "
           "a constant.",
       .postgis = "ST_SetSRID",
       .sedona = "ST_SetSRID",
       .implementation =
           "(g, srid) AS ST_SetCRS(g, CASE WHEN srid = 0 THEN '' ELSE 'EPSG:' || srid END)",
       .example = "ST_SRID(ST_SetSRID(ST_Point(1, 2), 4326))",
       .result = "4326"},
      {.name = "ST_Transform",
       .signature = "(geometry, to integer) -> geometry\n"
                    "(geometry, from integer, to integer) -> geometry",
       .form = kMacro,
       .doc =
           "The geometry in another coordinate system. Longitude or easting comes first on both "
           "sides, whatever the axis order of the system's definition. The systems are constants; "
           "`from` is needed only for geometry without an SRID.",
       .postgis = "ST_Transform",
       .sedona = "ST_Transform",
       .implementation = "(g, target) AS system.main.ST_Transform(g, "
                         "replace('EPSG:' || target, 'EPSG:EPSG:', 'EPSG:'), true), "
                         "(g, source, target) AS ST_SetCRS(system.main.ST_Transform(g, "
                         "replace('EPSG:' || source, 'EPSG:EPSG:', 'EPSG:'), "
                         "replace('EPSG:' || target, 'EPSG:EPSG:', 'EPSG:'), true), "
                         "replace('EPSG:' || target, 'EPSG:EPSG:', 'EPSG:'))",
       .example = "round(ST_X(ST_Transform(ST_Point(1, 2), 4326, 3857)), 3)",
       .result = "111319.491"},
  };
}

std::vector<FunctionDoc> constructors() {
  return {
      {.name = "ST_Point",
       .signature =
           "(x double, y double) -> geometry\n(x double, y double, srid integer) -> geometry",
       .form = kMacro,
       .doc = "A point; longitude first.",
       .postgis = "ST_Point",
       .sedona = "ST_Point",
       .implementation = "(x, y) AS system.main.ST_Point(x, y), "
                         "(x, y, srid) AS ST_SetSRID(system.main.ST_Point(x, y), srid)",
       .example = "ST_AsText(ST_Point(1, 2, 4326))",
       .result = "POINT (1 2)"},
      {.name = "ST_MakePoint",
       .signature = "(x double, y double) -> geometry\n(x double, y double, z double) -> geometry",
       .form = kMacro,
       .doc = "A point; longitude first.",
       .postgis = "ST_MakePoint",
       .sedona = "ST_MakePoint",
       .implementation = "(x, y) AS system.main.ST_Point(x, y), "
                         "(x, y, z) AS CAST(system.main.ST_MakePoint(x, y, z) AS GEOMETRY)",
       .example = "ST_AsText(ST_MakePoint(1, 2))",
       .result = "POINT (1 2)"},
      {.name = "ST_MakeEnvelope",
       .signature =
           "(xmin double, ymin double, xmax double, ymax double) -> geometry\n"
           "(xmin double, ymin double, xmax double, ymax double, srid integer) -> geometry",
       .form = kMacro,
       .doc = "A rectangle.",
       .postgis = "ST_MakeEnvelope",
       .sedona = "ST_MakeEnvelope",
       .implementation =
           "(xmin, ymin, xmax, ymax) AS system.main.ST_MakeEnvelope(xmin, ymin, xmax, ymax), "
           "(xmin, ymin, xmax, ymax, srid) AS "
           "ST_SetSRID(system.main.ST_MakeEnvelope(xmin, ymin, xmax, ymax), srid)",
       .example = "ST_Area(ST_MakeEnvelope(7.6, 44.9, 10.1, 53.7, 4326)) > 21.9",
       .result = "true"},
      {.name = "ST_GeomFromText",
       .signature = "(wkt text) -> geometry\n(wkt text, srid integer) -> geometry",
       .form = kMacro,
       .doc = "Reads well-known text.",
       .postgis = "ST_GeomFromText",
       .sedona = "ST_GeomFromText",
       .implementation =
           "(wkt) AS system.main.ST_GeomFromText(CAST(wkt AS VARCHAR)), "
           "(wkt, srid) AS ST_SetSRID(system.main.ST_GeomFromText(CAST(wkt AS VARCHAR)), srid)",
       .example = "ST_SRID(ST_GeomFromText('POINT(1 2)', 4326))",
       .result = "4326"},
      {.name = "ST_GeomFromWKB",
       .signature = "(wkb bytes) -> geometry\n(wkb bytes, srid integer) -> geometry",
       .form = kMacro,
       .doc = "Reads well-known binary; an SRID inside EWKB is passed over.",
       .postgis = "ST_GeomFromWKB",
       .sedona = "ST_GeomFromWKB",
       .implementation =
           "(wkb) AS system.main.ST_GeomFromWKB(CAST(wkb AS BLOB)), "
           "(wkb, srid) AS ST_SetSRID(system.main.ST_GeomFromWKB(CAST(wkb AS BLOB)), srid)",
       .example = "ST_AsText(ST_GeomFromWKB(ST_AsWKB(ST_Point(1, 2)), 4326))",
       .result = "POINT (1 2)"},
      {.name = "ST_MakeLine",
       .signature = "(geometry, geometry) -> geometry\n(list of points) -> geometry",
       .doc = "A line through points. For the rows of a group, in an order: "
              "ST_MakeLine(list(point ORDER BY at)).",
       .postgis = "ST_MakeLine",
       .sedona = "ST_MakeLine",
       .example = "ST_AsText(ST_MakeLine(ST_Point(0, 0), ST_Point(1, 2)))",
       .result = "LINESTRING (0 0, 1 2)"},
      {.name = "ST_Collect",
       .signature = "(list of geometries) -> geometry",
       .doc = "Many geometries as one, without merging. For the rows of a group: "
              "ST_Collect(list(geometry)).",
       .postgis = "ST_Collect",
       .sedona = "ST_Collect",
       .example = "ST_AsText(ST_Collect([ST_Point(0, 0), ST_Point(1, 1)]))",
       .result = "MULTIPOINT (0 0, 1 1)"},
  };
}

}  // namespace rhumb
