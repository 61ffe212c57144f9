#include "engine/functions/groups.h"

namespace rhumb {

namespace {

FunctionDoc predicate(std::string_view name, std::string_view doc, std::string_view example,
                      std::string_view result) {
  return {.name = name,
          .signature = "(geometry, geometry) -> boolean",
          .doc = doc,
          .postgis = name,
          .sedona = name,
          .example = example,
          .result = result};
}

}  // namespace

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
      predicate(
          "ST_Crosses", "They share some inside points, in fewer dimensions than the larger has.",
          "ST_Crosses(ST_GeomFromText('LINESTRING(-1 0.5, 2 0.5)'), ST_MakeEnvelope(0, 0, 1, 1))",
          "true"),
      predicate("ST_Overlaps",
                "Of the same dimension, sharing some of it, neither covering the other.",
                "ST_Overlaps(ST_MakeEnvelope(0, 0, 2, 1), ST_MakeEnvelope(1, 0, 3, 1))", "true"),
      predicate("ST_Equals", "The same set of points.",
                "ST_Equals(ST_GeomFromText('LINESTRING(0 0, 1 1)'), ST_GeomFromText('LINESTRING(1 "
                "1, 0 0)'))",
                "true"),
  };
}

std::vector<FunctionDoc> shapes() {
  const auto same = [](std::string_view name, std::string_view signature, std::string_view doc,
                       std::string_view example, std::string_view result) {
    return FunctionDoc{.name = name,
                       .signature = signature,
                       .doc = doc,
                       .postgis = name,
                       .sedona = name,
                       .example = example,
                       .result = result};
  };
  return {
      same("ST_Centroid", "(geometry) -> geometry", "Centre of mass.",
           "ST_AsText(ST_Centroid(ST_MakeEnvelope(0, 0, 2, 4)))", "POINT (1 2)"),
      same("ST_Envelope", "(geometry) -> geometry", "Rectangle around one geometry.",
           "ST_Area(ST_Envelope(ST_GeomFromText('LINESTRING(0 0, 2 3)')))", "6.0"),
      same("ST_Intersection", "(geometry, geometry) -> geometry", "What both share.",
           "ST_Area(ST_Intersection(ST_MakeEnvelope(0, 0, 2, 2), ST_MakeEnvelope(1, 1, 3, 3)))",
           "1.0"),
      same("ST_Difference", "(geometry, geometry) -> geometry", "The first without the second.",
           "ST_Area(ST_Difference(ST_MakeEnvelope(0, 0, 2, 2), ST_MakeEnvelope(1, 1, 3, 3)))",
           "3.0"),
      same("ST_Buffer", "(geometry, distance double) -> geometry",
           "Everything within that distance in the plane, with eight pieces to a quarter circle.",
           "ST_NPoints(ST_Buffer(ST_Point(0, 0), 1))", "33"),
      same("ST_Simplify", "(geometry, tolerance double) -> geometry",
           "Fewer points (Douglas-Peucker).",
           "ST_AsText(ST_Simplify(ST_GeomFromText('LINESTRING(0 0, 1 0.1, 2 0)'), 0.5))",
           "LINESTRING (0 0, 2 0)"),
      same("ST_ConvexHull", "(geometry) -> geometry", "Smallest convex geometry around.",
           "ST_Area(ST_ConvexHull(ST_GeomFromText('MULTIPOINT(0 0, 2 0, 2 2, 0 2, 1 1)')))", "4.0"),
      same("ST_IsValid", "(geometry) -> boolean", "Whether rings and parts obey the rules.",
           "ST_IsValid(ST_GeomFromText('POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))'))", "false"),
      same("ST_MakeValid", "(geometry) -> geometry", "A valid geometry of the same points.",
           "ST_IsValid(ST_MakeValid(ST_GeomFromText('POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))')))",
           "true"),
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

}  // namespace rhumb
