#include "engine/functions/groups.h"

namespace rhumb {

using enum FunctionForm;

namespace {

// The engine's own take latitude first.
FunctionDoc latitude_first(std::string_view name, std::string_view doc) {
  return {.name = name, .form = kRefused, .doc = doc};
}

}  // namespace

std::vector<FunctionDoc> measures() {
  return {
      {.name = "ST_DistanceSphere",
       .signature = "(point, point) -> double\n(point, point, radius double) -> double",
       .form = kKernel,
       .doc =
           "Great-circle distance in metres between points of longitude and latitude, on a sphere "
           "of 6371008.771415059 m or of the given radius. NULL when an argument is NULL or "
           "EMPTY. Points only.",
       .postgis = "ST_DistanceSphere",
       .sedona = "ST_DistanceSphere",
       .example = "round(ST_DistanceSphere(ST_Point(0, 0), ST_Point(1, 0)), 3)",
       .result = "111195.08"},
      {.name = "ST_Distance_Sphere",
       .form = kRefused,
       .doc = "ST_Distance_Sphere is not the function of PostGIS; write ST_DistanceSphere(a, b)"},
      {.name = "ST_Distance",
       .signature = "(geometry, geometry) -> double",
       .form = kMacro,
       .doc = "Smallest distance in the plane, in units of the coordinate system (degrees for "
              "4326). NULL when an argument is NULL or EMPTY.",
       .postgis = "ST_Distance",
       .sedona = "ST_Distance",
       .implementation = "(a, b) AS rhumb_distance(a, b)",
       .example = "ST_Distance(ST_Point(0, 0), ST_Point(3, 4))",
       .result = "5.0"},
      {.name = "ST_DWithin",
       .signature = "(geometry, geometry, distance double) -> boolean",
       .form = kMacro,
       .doc = "Whether the distance in the plane is at most `distance`; false of EMPTY.",
       .postgis = "ST_DWithin",
       .sedona = "ST_DWithin",
       .implementation = "(a, b, d) AS rhumb_dwithin(a, b, d)",
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
      {.name = "ST_DistanceSpheroid",
       .signature = "(point, point) -> double",
       .form = kKernel,
       .doc = "Shortest distance in metres on the WGS 84 ellipsoid between points of longitude and "
              "latitude, exact to nanometres. NULL when an argument is NULL or EMPTY. Points only.",
       .postgis = "ST_DistanceSpheroid",
       .sedona = "ST_DistanceSpheroid",
       .example = "round(ST_DistanceSpheroid(ST_Point(0, 0), ST_Point(1, 0)), 3)",
       .result = "111319.491"},
      {.name = "ST_LengthSpheroid",
       .signature = "(geometry) -> double",
       .form = kKernel,
       .doc = "Length in metres of lines of longitude and latitude on the WGS 84 ellipsoid; 0 for "
              "points and polygons.",
       .postgis = "ST_Length (of geography)",
       .sedona = "ST_LengthSpheroid",
       .example = "round(ST_LengthSpheroid(ST_GeomFromText('LINESTRING(0 0, 1 0, 1 1)')), 3)",
       .result = "221893.879"},
      {.name = "ST_PerimeterSpheroid",
       .signature = "(geometry) -> double",
       .form = kKernel,
       .doc = "Length in metres of the rings of polygons of longitude and latitude on the WGS 84 "
              "ellipsoid.",
       .postgis = "ST_Perimeter (of geography)",
       .sedona = "ST_Perimeter (with use_spheroid)",
       .example = "round(ST_PerimeterSpheroid(ST_MakeEnvelope(0, 0, 1, 1)), 3)",
       .result = "443770.917"},
      {.name = "ST_AreaSpheroid",
       .signature = "(geometry) -> double",
       .form = kKernel,
       .doc =
           "Area in square metres of polygons of longitude and latitude on the WGS 84 ellipsoid, "
           "whichever way their rings go; a ring that parts the Earth encloses the smaller side. "
           "0 for points and lines.",
       .postgis = "ST_Area (of geography)",
       .sedona = "ST_AreaSpheroid",
       .example = "round(ST_AreaSpheroid(ST_MakeEnvelope(0, 0, 1, 1)) / 1e6, 3)",
       .result = "12308.778"},
      {.name = "ST_AzimuthSpheroid",
       .signature = "(from point, to point) -> double",
       .form = kKernel,
       .doc = "Initial bearing: the direction at the first point of the shortest way to the second "
              "on the WGS 84 ellipsoid, radians clockwise from north (`degrees(...)` makes degrees "
              "of them). NULL for the same point, NULL or EMPTY. Points only.",
       .postgis = "ST_Azimuth (of geography)",
       .example = "round(degrees(ST_AzimuthSpheroid(ST_Point(-73.8, 40.6), ST_Point(-0.5, 51.6))), "
                  "6)",
       .result = "51.198883"},
      latitude_first("ST_Distance_Spheroid",
                     "ST_Distance_Spheroid takes latitude first; write ST_DistanceSpheroid(a, b)"),
      latitude_first("ST_DWithin_Spheroid",
                     "ST_DWithin_Spheroid takes latitude first; write ST_DistanceSpheroid(a, b) <= "
                     "metres"),
      latitude_first("ST_Length_Spheroid",
                     "ST_Length_Spheroid takes latitude first; write ST_LengthSpheroid(geometry)"),
      latitude_first("ST_Perimeter_Spheroid",
                     "ST_Perimeter_Spheroid takes latitude first; write "
                     "ST_PerimeterSpheroid(geometry)"),
      latitude_first("ST_Area_Spheroid",
                     "ST_Area_Spheroid takes latitude first; write ST_AreaSpheroid(geometry)"),
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
       .implementation = "(a) AS system.main.ST_Union_Agg(a), (a, b) AS system.main.ST_Union(a, b)",
       .example = "ST_Area(ST_Union(ST_MakeEnvelope(0, 0, 1, 1), ST_MakeEnvelope(0.5, 0, 2, 1)))",
       .result = "2.0"},
      {.name = "ST_Extent",
       .signature = "aggregate (geometry) -> geometry",
       .form = kMacro,
       .doc =
           "Rectangle around all rows of a group, as a polygon (PostGIS gives a box2d, which casts "
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

std::vector<FunctionDoc> times() {
  return {
      {.name = "weeks_between",
       .signature = "(a timestamp or date, b timestamp or date) -> integer",
       .form = kMacro,
       .doc =
           "How many ISO weeks, which begin on Monday, `b` is after `a`: 0 within one week, 1 from "
           "a Sunday to the next day; negative when `b` is before `a`.",
       .implementation =
           "(a, b) AS CAST(date_diff('day', date_trunc('week', CAST(a AS TIMESTAMP)), "
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

}  // namespace rhumb
