#include "engine/functions/catalogue.h"

#include <algorithm>

#include "base/text.h"

namespace rhumb {
namespace {

using enum FunctionForm;

std::vector<FunctionDoc> measures() {
  return {
      {.name = "ST_DistanceSphere",
       .signature = "(point, point) -> double\n(point, point, radius double) -> double",
       .form = kKernel,
       .doc = "Great-circle distance in metres between points of longitude and latitude, on a sphere "
              "of 6371008.771415059 m or of the given radius. NULL when an argument is NULL or "
              "EMPTY. Points only.",
       .postgis = "ST_DistanceSphere",
       .sedona = "ST_DistanceSphere",
       .example = "round(ST_DistanceSphere(ST_Point(0, 0), ST_Point(1, 0)), 3)",
       .result = "111195.08"},
      {.name = "ST_Distance_Sphere",
       .form = kRefused,
       .doc = "ST_Distance_Sphere is not the function of PostGIS; write ST_DistanceSphere(a, b)"},
      {.name = "ST_Distance_Spheroid",
       .form = kRefused,
       .doc = "ST_Distance_Spheroid has no counterpart on the other engines; write "
              "ST_DistanceSphere(a, b), or ST_Distance in a projected system"},
      {.name = "ST_Distance",
       .signature = "(geometry, geometry) -> double",
       .form = kMacro,
       .doc = "Smallest distance in the plane, in units of the coordinate system (degrees for "
              "4326). NULL when an argument is NULL or EMPTY.",
       .postgis = "ST_Distance",
       .sedona = "ST_Distance",
       .implementation = "(a, b) AS CASE WHEN ST_IsEmpty(a) OR ST_IsEmpty(b) THEN NULL "
                         "ELSE system.main.ST_Distance(a, b) END",
       .example = "ST_Distance(ST_Point(0, 0), ST_Point(3, 4))",
       .result = "5.0"},
      {.name = "ST_DWithin",
       .signature = "(geometry, geometry, distance double) -> boolean",
       .doc = "Whether the distance in the plane is at most `distance`.",
       .postgis = "ST_DWithin",
       .sedona = "ST_DWithin",
       .example = "ST_DWithin(ST_Point(0, 0), ST_Point(0, 1), 1)",
       .result = "true"},
      {.name = "ST_Length",
       .signature = "(geometry) -> double",
       .doc = "Length of lines in the plane; 0 for points and polygons.",
       .postgis = "ST_Length",
       .sedona = "ST_Length",
       .example = "ST_Length(ST_GeomFromText('LINESTRING(0 0, 3 4)'))",
       .result = "5.0"},
      {.name = "ST_Area",
       .signature = "(geometry) -> double",
       .doc = "Area in the plane; 0 for points and lines.",
       .postgis = "ST_Area",
       .sedona = "ST_Area",
       .example = "ST_Area(ST_MakeEnvelope(0, 0, 2, 3))",
       .result = "6.0"},
      {.name = "ST_Perimeter",
       .signature = "(geometry) -> double",
       .doc = "Length of the rings of polygons in the plane.",
       .postgis = "ST_Perimeter",
       .sedona = "ST_Perimeter",
       .example = "ST_Perimeter(ST_MakeEnvelope(0, 0, 2, 3))",
       .result = "10.0"},
      {.name = "ST_Azimuth",
       .signature = "(point, point) -> double",
       .doc = "Direction from the first to the second point in the plane, radians clockwise from "
              "north; NULL for the same point.",
       .postgis = "ST_Azimuth",
       .sedona = "ST_Azimuth",
       .example = "round(degrees(ST_Azimuth(ST_Point(0, 0), ST_Point(1, 1))), 6)",
       .result = "45.0"},
  };
}

std::vector<FunctionDoc> coordinate_systems() {
  return {
      {.name = "ST_SRID",
       .signature = "(geometry) -> integer",
       .form = kMacro,
       .doc = "EPSG code of the geometry's coordinate system, 0 when it has none. It belongs to the "
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
       .doc = "The same coordinates, said to be of that system; 0 takes the system away. The SRID is "
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
       .doc = "The geometry in another coordinate system. Longitude or easting comes first on both "
              "sides, whatever the axis order of the system's definition. The systems are constants; "
              "`from` is needed only for geometry without an SRID.",
       .postgis = "ST_Transform",
       .sedona = "ST_Transform",
       .implementation =
           "(g, target) AS system.main.ST_Transform(g, "
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
       .signature = "(x double, y double) -> geometry\n(x double, y double, srid integer) -> geometry",
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
       .signature = "(xmin double, ymin double, xmax double, ymax double) -> geometry\n"
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

std::vector<FunctionDoc> aggregates() {
  return {
      {.name = "ST_Union",
       .signature = "(geometry, geometry) -> geometry\naggregate (geometry) -> geometry",
       .form = kMacro,
       .doc = "Merged geometry of two values, or of all rows of a group. With FILTER, DISTINCT or "
              "ORDER BY write ST_Union_Agg.",
       .postgis = "ST_Union",
       .sedona = "ST_Union_Aggr",
       .implementation =
           "(a) AS system.main.ST_Union_Agg(a), (a, b) AS system.main.ST_Union(a, b)",
       .example = "ST_Area(ST_Union(ST_MakeEnvelope(0, 0, 1, 1), ST_MakeEnvelope(0.5, 0, 2, 1)))",
       .result = "2.0"},
      {.name = "ST_Extent",
       .signature = "aggregate (geometry) -> geometry",
       .form = kMacro,
       .doc = "Rectangle around all rows of a group, as a polygon (PostGIS gives a box2d, which casts "
              "to the same). Around one value: ST_Envelope.",
       .postgis = "ST_Extent",
       .sedona = "ST_Envelope_Aggr",
       .implementation = "(a) AS ST_Extent_Agg(a)",
       .example = "ST_AsText(ST_Extent(ST_Point(1, 2)))",
       .result = "POLYGON ((1 2, 1 2, 1 2, 1 2, 1 2))"},
      {.name = "percentile_cont",
       .signature = "(fraction double) WITHIN GROUP (ORDER BY value) -> double",
       .doc = "Value at that fraction of the sorted rows, interpolated between neighbours.",
       .postgis = "percentile_cont",
       .sedona = "percentile",
       .example = "percentile_cont(0.5) WITHIN GROUP (ORDER BY 7)",
       .result = "7.0"},
  };
}

std::vector<FunctionDoc> parts_and_forms() {
  return {
      {.name = "ST_X", .signature = "(point) -> double", .doc = "Longitude or easting.",
       .postgis = "ST_X", .sedona = "ST_X", .example = "ST_X(ST_Point(1, 2))", .result = "1.0"},
      {.name = "ST_Y", .signature = "(point) -> double", .doc = "Latitude or northing.",
       .postgis = "ST_Y", .sedona = "ST_Y", .example = "ST_Y(ST_Point(1, 2))", .result = "2.0"},
      {.name = "ST_GeometryType",
       .signature = "(geometry) -> text",
       .form = kMacro,
       .doc = "`ST_Point`, `ST_MultiPolygon`...",
       .postgis = "ST_GeometryType",
       .sedona = "ST_GeometryType",
       .implementation =
           "(g) AS CASE CAST(system.main.ST_GeometryType(g) AS VARCHAR) "
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
       .doc = "The n-th part of a collection, from 1; a single geometry is its own first part. NULL "
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
      {.name = "ST_GeoHash",
       .signature = "(point, precision integer) -> text\n(point) -> text",
       .form = kKernel,
       .doc = "Geohash of a point of longitude and latitude, in 1 to 20 characters (20 unless given). "
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

FunctionDoc predicate(std::string_view name, std::string_view doc, std::string_view example,
                      std::string_view result) {
  return {.name = name, .signature = "(geometry, geometry) -> boolean", .doc = doc, .postgis = name,
          .sedona = name, .example = example, .result = result};
}

std::vector<FunctionDoc> predicates() {
  return {
      predicate("ST_Contains", "The second lies in the first, and not only on its boundary.",
                "ST_Contains(ST_MakeEnvelope(0, 0, 1, 1), ST_Point(0, 0.5))", "false"),
      predicate("ST_Within", "ST_Contains with the arguments the other way round.",
                "ST_Within(ST_Point(0.5, 0.5), ST_MakeEnvelope(0, 0, 1, 1))", "true"),
      predicate("ST_Covers", "No point of the second lies outside the first; its boundary counts.",
                "ST_Covers(ST_MakeEnvelope(0, 0, 1, 1), ST_Point(0, 0.5))", "true"),
      predicate("ST_CoveredBy", "ST_Covers with the arguments the other way round.",
                "ST_CoveredBy(ST_Point(0, 0.5), ST_MakeEnvelope(0, 0, 1, 1))", "true"),
      predicate("ST_Intersects", "They share a point, be it of their boundaries.",
                "ST_Intersects(ST_MakeEnvelope(0, 0, 1, 1), ST_Point(1, 1))", "true"),
      predicate("ST_Disjoint", "They share no point.",
                "ST_Disjoint(ST_MakeEnvelope(0, 0, 1, 1), ST_Point(2, 1))", "true"),
      predicate("ST_Touches", "Their boundaries meet and their insides do not.",
                "ST_Touches(ST_MakeEnvelope(0, 0, 1, 1), ST_MakeEnvelope(1, 0, 2, 1))", "true"),
      predicate("ST_Crosses", "They share some inside points, in fewer dimensions than the larger has.",
                "ST_Crosses(ST_GeomFromText('LINESTRING(-1 0.5, 2 0.5)'), ST_MakeEnvelope(0, 0, 1, 1))", "true"),
      predicate("ST_Overlaps", "Of the same dimension, sharing some of it, neither covering the other.",
                "ST_Overlaps(ST_MakeEnvelope(0, 0, 2, 1), ST_MakeEnvelope(1, 0, 3, 1))", "true"),
      predicate("ST_Equals", "The same set of points.",
                "ST_Equals(ST_GeomFromText('LINESTRING(0 0, 1 1)'), ST_GeomFromText('LINESTRING(1 1, 0 0)'))", "true"),
  };
}

std::vector<FunctionDoc> shapes() {
  const auto same = [](std::string_view name, std::string_view signature, std::string_view doc,
                       std::string_view example, std::string_view result) {
    return FunctionDoc{.name = name, .signature = signature, .doc = doc, .postgis = name,
                       .sedona = name, .example = example, .result = result};
  };
  return {
      same("ST_Centroid", "(geometry) -> geometry", "Centre of mass.",
           "ST_AsText(ST_Centroid(ST_MakeEnvelope(0, 0, 2, 4)))", "POINT (1 2)"),
      same("ST_Envelope", "(geometry) -> geometry", "Rectangle around one geometry.",
           "ST_Area(ST_Envelope(ST_GeomFromText('LINESTRING(0 0, 2 3)')))", "6.0"),
      same("ST_Intersection", "(geometry, geometry) -> geometry", "What both share.",
           "ST_Area(ST_Intersection(ST_MakeEnvelope(0, 0, 2, 2), ST_MakeEnvelope(1, 1, 3, 3)))", "1.0"),
      same("ST_Difference", "(geometry, geometry) -> geometry", "The first without the second.",
           "ST_Area(ST_Difference(ST_MakeEnvelope(0, 0, 2, 2), ST_MakeEnvelope(1, 1, 3, 3)))", "3.0"),
      same("ST_Buffer", "(geometry, distance double) -> geometry",
           "Everything within that distance in the plane, with eight pieces to a quarter circle.",
           "ST_NPoints(ST_Buffer(ST_Point(0, 0), 1))", "33"),
      same("ST_Simplify", "(geometry, tolerance double) -> geometry", "Fewer points (Douglas-Peucker).",
           "ST_AsText(ST_Simplify(ST_GeomFromText('LINESTRING(0 0, 1 0.1, 2 0)'), 0.5))", "LINESTRING (0 0, 2 0)"),
      same("ST_ConvexHull", "(geometry) -> geometry", "Smallest convex geometry around.",
           "ST_Area(ST_ConvexHull(ST_GeomFromText('MULTIPOINT(0 0, 2 0, 2 2, 0 2, 1 1)')))", "4.0"),
      same("ST_IsValid", "(geometry) -> boolean", "Whether rings and parts obey the rules.",
           "ST_IsValid(ST_GeomFromText('POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))'))", "false"),
      same("ST_MakeValid", "(geometry) -> geometry", "A valid geometry of the same points.",
           "ST_IsValid(ST_MakeValid(ST_GeomFromText('POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))')))", "true"),
      same("ST_IsEmpty", "(geometry) -> boolean", "Whether there is no point in it.",
           "ST_IsEmpty(ST_GeomFromText('POLYGON EMPTY'))", "true"),
      same("ST_NPoints", "(geometry) -> integer", "How many points it is written with.",
           "ST_NPoints(ST_MakeEnvelope(0, 0, 1, 1))", "5"),
      same("ST_NumGeometries", "(geometry) -> integer", "How many parts; 1 for a single geometry.",
           "ST_NumGeometries(ST_GeomFromText('MULTIPOINT(1 1, 2 2)'))", "2"),
      same("ST_StartPoint", "(line) -> geometry", "First point of a line.",
           "ST_AsText(ST_StartPoint(ST_GeomFromText('LINESTRING(0 0, 3 4)')))", "POINT (0 0)"),
      same("ST_EndPoint", "(line) -> geometry", "Last point of a line.",
           "ST_AsText(ST_EndPoint(ST_GeomFromText('LINESTRING(0 0, 3 4)')))", "POINT (3 4)"),
      same("ST_FlipCoordinates", "(geometry) -> geometry", "x and y change places.",
           "ST_AsText(ST_FlipCoordinates(ST_Point(1, 2)))", "POINT (2 1)"),
  };
}

std::vector<FunctionDoc> times() {
  return {
      {.name = "weeks_between",
       .signature = "(a timestamp or date, b timestamp or date) -> integer",
       .form = kMacro,
       .doc = "How many ISO weeks, which begin on Monday, `b` is after `a`: 0 within one week, 1 from "
              "a Sunday to the next day; negative when `b` is before `a`.",
       .implementation = "(a, b) AS CAST(date_diff('day', date_trunc('week', CAST(a AS TIMESTAMP)), "
                         "date_trunc('week', CAST(b AS TIMESTAMP))) // 7 AS BIGINT)",
       .example = "weeks_between(DATE '2024-01-07', DATE '2024-01-08')",
       .result = "1"},
      {.name = "date_trunc",
       .signature = "(part text, timestamp) -> timestamp",
       .doc = "The start of the hour, day, ISO week, month... that the value is in.",
       .postgis = "date_trunc",
       .sedona = "date_trunc",
       .example = "date_trunc('week', TIMESTAMP '2024-01-07 23:59:59')",
       .result = "2024-01-01 00:00:00"},
  };
}

std::vector<FunctionDoc> all_functions() {
  std::vector<FunctionDoc> all;
  // Constructors use ST_SetSRID, the rest use what was made before.
  for (auto group : {coordinate_systems, constructors, measures, aggregates, predicates,
                     parts_and_forms, shapes, times}) {
    const std::vector<FunctionDoc> some = group();
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

const std::vector<FunctionDoc>& function_catalogue() {
  static const std::vector<FunctionDoc> catalogue = all_functions();
  return catalogue;
}

const FunctionDoc* find_function(std::string_view name) {
  const std::vector<FunctionDoc>& all = function_catalogue();
  const auto found = std::find_if(all.begin(), all.end(), [&](const FunctionDoc& function) {
    return equals_ignoring_case(function.name, name);
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace rhumb
