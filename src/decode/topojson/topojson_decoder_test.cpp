#include "decode/topojson/topojson_decoder.h"

#include <gtest/gtest.h>

#include "decode/csv/decoding_checks.h"

namespace rhumb {
namespace {

DecodedText decode_topology(std::string_view bytes, const char* object = "") {
  const auto decoder =
      make_topojson_decoder(Config::map({{"object", Config::scalar(object, {})}}, {}));
  return decode_bytes(*decoder, bytes, "in.json");
}

// Two squares side by side: they share arc 0, which the second goes backwards.
const char* const kSquares = R"({"type":"Topology","objects":{"squares":{"type":
"GeometryCollection","geometries":[
{"type":"Polygon","id":1,"properties":{"name":"west","size":2,"tags":["a"]},"arcs":[[0,1]]},
{"type":"MultiPolygon","id":2,"properties":{"name":"east","size":2.5},"arcs":[[[-1,2]]]},
{"type":null,"id":3},
{"type":"LineString","id":4,"arcs":[7]}]}},
"arcs":[[[1,0],[1,1]],[[1,1],[0,1],[0,0],[1,0]],[[1,0],[2,0],[2,1],[1,1]]]})";

TEST(Topojson, MakesGeometryOfSharedArcs) {
  const DecodedText out = decode_topology(kSquares);
  ASSERT_EQ(fault(out), "");
  EXPECT_EQ(out.columns,
            (Texts{"id integer", "name text", "size double", "tags json", "geometry geometry"}));
  EXPECT_EQ(out.rows,
            (Rows{{"1", "west", "2.000000", R"(["a"])", "POLYGON ((1 0, 1 1, 0 1, 0 0, 1 0))"},
                  {"2", "east", "2.500000", "null", "MULTIPOLYGON (((1 1, 1 0, 2 0, 2 1, 1 1)))"},
                  {"3", "null", "null", "null", "null"}}));
  ASSERT_EQ(out.rejects.size(), 1U);
  EXPECT_EQ(out.rejects[0].line, 4U);
  EXPECT_EQ(out.rejects[0].message, "there is no arc 7 of 3");
}

TEST(Topojson, QuantizedPositionsAreSteps) {
  const DecodedText out = decode_topology(
      R"({"type":"Topology","transform":{"scale":[0.5,0.25],"translate":[10,20]},"objects":{
      "a":{"type":"LineString","arcs":[0]},"b":{"type":"MultiPoint","coordinates":[[2,4],[4,8]]}},
      "arcs":[[[0,0],[2,4],[2,-4]]]})",
      "a");
  EXPECT_EQ(out.rows, (Rows{{"null", "LINESTRING (10 20, 11 21, 12 20)"}}));
}

TEST(Topojson, AsksWhichObject) {
  const std::string two =
      R"({"type":"Topology","objects":{"a":{"type":"Point","coordinates":[1,2]},"b":{"type":null}},"arcs":[]})";
  EXPECT_NE(fault(decode_topology(two)).find("2 objects: a, b"), std::string::npos);
  EXPECT_NE(fault(decode_topology(two, "c")).find("no object 'c'"), std::string::npos);
  EXPECT_EQ(decode_topology(two, "a").rows, (Rows{{"null", "POINT (1 2)"}}));
  EXPECT_NE(fault(decode_topology("{}")).find("no objects"), std::string::npos);
  EXPECT_NE(fault(decode_topology("{")).find("no whole JSON"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
