#include "geo/geojson.h"

#include <gtest/gtest.h>

#include <string>

#include "geo/wkb.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

std::string wkt(std::string_view geojson) {
  const auto wkb = parse_geojson_geometry(geojson);
  if (!wkb.ok()) return wkb.error().message;
  EXPECT_TRUE(inspect_wkb(*wkb).ok()) << geojson;
  return write_wkt(*wkb);
}

TEST(GeoJson, AllKindsBecomeWkb) {
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":[7.5,45]})"), "POINT (7.5 45)");
  EXPECT_EQ(wkt(R"({"type":"LineString","coordinates":[[0,0],[1,2]]})"), "LINESTRING (0 0, 1 2)");
  EXPECT_EQ(
      wkt(R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]})"),
      "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))");
  EXPECT_EQ(wkt(R"({"type":"MultiPoint","coordinates":[[0,0],[1,2]]})"),
            write_wkt(*parse_wkt("MULTIPOINT ((0 0), (1 2))")));
  EXPECT_EQ(wkt(R"({"type":"MultiLineString","coordinates":[[[0,0],[1,2]],[[3,3],[4,4]]]})"),
            "MULTILINESTRING ((0 0, 1 2), (3 3, 4 4))");
  EXPECT_EQ(wkt(R"({"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]]]})"),
            "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)))");
  EXPECT_EQ(wkt(R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},
                    {"type":"LineString","coordinates":[[0,0],[1,2]]}]})"),
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 2))");
}

TEST(GeoJson, MembersComeInAnyOrderAndOthersArePassedOver) {
  EXPECT_EQ(wkt(R"({ "coordinates" : [ 1 , 2 ] , "bbox":[1,2,1,2], "type" : "Point" })"),
            "POINT (1 2)");
  EXPECT_EQ(wkt(R"({"x":{"a":[1,{"b":"}\"]"}]},"type":"Point","y":null,"coordinates":[1,2]})"),
            "POINT (1 2)");
  EXPECT_EQ(wkt(R"({"geometries":[],"coordinates":[1,2],"type":"Point"})"), "POINT (1 2)");
}

TEST(GeoJson, AThirdNumberIsZAndAFourthM) {
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":[1,2,3]})"), "POINT Z (1 2 3)");
  EXPECT_EQ(wkt(R"({"type":"LineString","coordinates":[[1,2,3,4],[5,6,7,8]]})"),
            "LINESTRING ZM (1 2 3 4, 5 6 7 8)");
  EXPECT_EQ(wkt(R"({"type":"LineString","coordinates":[[1,2,3],[5,6]]})"),
            "coordinates[1]: a position has 2 numbers and the first one 3");
}

TEST(GeoJson, EmptyArraysAreEmpty) {
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":[]})"), "POINT EMPTY");
  EXPECT_EQ(wkt(R"({"type":"LineString","coordinates":[]})"), "LINESTRING EMPTY");
  EXPECT_EQ(wkt(R"({"type":"MultiPolygon","coordinates":[]})"), "MULTIPOLYGON EMPTY");
  EXPECT_EQ(wkt(R"({"type":"GeometryCollection","geometries":[]})"), "GEOMETRYCOLLECTION EMPTY");
}

TEST(GeoJson, TheOrderOfRingsIsKept) {
  EXPECT_EQ(wkt(R"({"type":"Polygon","coordinates":[[[0,0],[0,4],[4,4],[0,0]]]})"),
            "POLYGON ((0 0, 0 4, 4 4, 0 0))");
}

TEST(GeoJson, WhatIsWrongIsNamedWithItsPath) {
  EXPECT_EQ(wkt(R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,1]]]})"),
            "coordinates[0]: the ring is not closed: it begins at (0, 0) and ends at (0, 1)");
  EXPECT_EQ(wkt(R"({"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[0,0]]]]})"),
            "coordinates[0][0]: a ring needs 4 positions, found 3");
  EXPECT_EQ(wkt(R"({"type":"LineString","coordinates":[[0,0]]})"),
            "coordinates: a line has one position only");
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":["1","2"]})"),
            "coordinates[0]: expected a finite number, found '\"1\",\"2\"]}'");
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":[1]})"),
            "coordinates: a position needs two numbers, found 1");
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":[1,2,3,4,5]})"),
            "coordinates: a position has more than 4 numbers");
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":[1,1e999]})"),
            "coordinates[1]: expected a finite number, found '1e999]}'");
  EXPECT_EQ(wkt(R"({"type":"Circle","coordinates":[1,2]})").substr(0, 33),
            "'Circle' is no kind of geometry; ");
  EXPECT_EQ(wkt(R"({"coordinates":[1,2]})"), "expected the member type");
  EXPECT_EQ(wkt(R"({"type":"Point"})"), "expected the member coordinates");
  EXPECT_EQ(wkt(R"({"type":"GeometryCollection","geometries":[{"type":"Point"}]})"),
            "geometries[0]: expected the member coordinates");
  EXPECT_EQ(wkt(R"({"type":"Point","coordinates":[1,2]} x)"), "text follows the geometry's end");
  EXPECT_EQ(wkt("7"), "expected a geometry object, found '7'");
}

TEST(GeoJson, PositionsAlone) {
  EXPECT_EQ(write_wkt(*parse_geojson_position("[1, 2]")), "POINT (1 2)");
  EXPECT_EQ(write_wkt(*parse_geojson_position("[1,2,3]")), "POINT Z (1 2 3)");
  EXPECT_FALSE(parse_geojson_position("[1,2]]").ok());
}

TEST(GeoJson, CutAnywhereItIsRefused) {
  const std::string whole =
      R"({"type":"GeometryCollection","geometries":[{"coordinates":[[[0,0],[4,0],[4,4],[0,0]]],)"
      R"("type":"Polygon"},{"type":"Point","coordinates":[1.5,-2e3],"n":"a\"b"}]})";
  EXPECT_TRUE(parse_geojson_geometry(whole).ok());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_geojson_geometry(whole.substr(0, size)).ok()) << size;
  }
}

TEST(GeoJson, DeepNestingEnds) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += R"({"type":"GeometryCollection","geometries":[)";
  EXPECT_NE(wkt(deep).find("nested too deeply"), std::string::npos);
  EXPECT_NE(wkt(R"({"x":)" + std::string(10'000, '[')).find("nested too deeply"),
            std::string::npos);
}

}  // namespace
}  // namespace rhumb
