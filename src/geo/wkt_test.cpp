#include "geo/wkt.h"

#include <gtest/gtest.h>

#include <random>

namespace rhumb {
namespace {

std::string round_trip(std::string_view text) {
  const auto wkb = parse_wkt(text);
  if (!wkb.ok()) return wkb.error().message;
  EXPECT_TRUE(inspect_wkb(*wkb).ok()) << text;
  return write_wkt(*wkb);
}

TEST(Wkt, EveryKindComesBack) {
  const std::vector<std::string> texts = {
      "POINT (1 2)",
      "POINT (-0.5 1e+30)",
      "POINT Z (1 2 3)",
      "POINT M (1 2 3)",
      "POINT ZM (1 2 3 4)",
      "POINT EMPTY",
      "POINT Z EMPTY",
      "LINESTRING (1 2, 3 4)",
      "LINESTRING EMPTY",
      "POLYGON ((0 0, 4 0, 4 3, 0 0), (1 1, 2 1, 2 2, 1 1))",
      "POLYGON EMPTY",
      "MULTIPOINT (1 2, 3 4)",
      "MULTIPOINT (EMPTY, 3 4)",
      "MULTIPOINT EMPTY",
      "MULTILINESTRING ((1 2, 3 4), EMPTY, (5 6, 7 8))",
      "MULTIPOLYGON (((0 0, 4 0, 4 3, 0 0)), ((1 1, 2 1, 2 2, 1 1)))",
      "MULTIPOLYGON ZM (((0 0 1 2, 4 0 1 2, 4 3 1 2, 0 0 1 2)))",
      "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))",
      "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (GEOMETRYCOLLECTION EMPTY))",
      "GEOMETRYCOLLECTION Z (POINT Z (1 2 3))",
      "GEOMETRYCOLLECTION EMPTY",
  };
  // A multipoint's points are written with parentheses, which both forms of the text allow.
  for (const std::string& text : texts) {
    const std::string once = round_trip(text);
    if (text.rfind("MULTIPOINT", 0) != 0) {
      EXPECT_EQ(once, text);
    }
    EXPECT_EQ(round_trip(once), once);
  }
  EXPECT_EQ(round_trip("MULTIPOINT (1 2, (3 4))"), "MULTIPOINT ((1 2), (3 4))");
}

TEST(Wkt, TakesTheUsualVariants) {
  EXPECT_EQ(round_trip("point(1 2)"), "POINT (1 2)");
  EXPECT_EQ(round_trip("  Point\t( 1\n 2 ) \r\n"), "POINT (1 2)");
  EXPECT_EQ(round_trip("POINTZ(1 2 3)"), "POINT Z (1 2 3)");
  EXPECT_EQ(round_trip("POINT(1 2 3)"), "POINT Z (1 2 3)");
  EXPECT_EQ(round_trip("POINT(1 2 3 4)"), "POINT ZM (1 2 3 4)");
  EXPECT_EQ(round_trip("POINT(+1.50 -.5)"), "POINT (1.5 -0.5)");
  EXPECT_EQ(round_trip("POINT(1e2 2E-1)"), "POINT (100 0.2)");
  EXPECT_EQ(round_trip("GeometryCollection Z(POINT(1 2 3))"),
            "GEOMETRYCOLLECTION Z (POINT Z (1 2 3))");
  EXPECT_EQ(round_trip("linestring empty"), "LINESTRING EMPTY");
}

TEST(Wkt, SaysWhatItExpectedAndWhere) {
  EXPECT_EQ(round_trip(""),
            "at character 1: expected a kind of geometry such as POINT or MULTIPOLYGON");
  EXPECT_EQ(round_trip("POINT"), "at character 6: expected ( or EMPTY");
  EXPECT_EQ(round_trip("POINT (1)"), "at character 9: expected a number");
  EXPECT_EQ(round_trip("POINT (1 2) x"), "at character 13: expected the end of the text");
  EXPECT_EQ(round_trip("LINESTRING (1 2)"), "at character 17: expected a second point");
  EXPECT_EQ(round_trip("POLYGON ((0 0, 1 0, 1 1, 0 1))"),
            "at character 30: expected a ring that ends where it begins");
  EXPECT_EQ(round_trip("LINESTRING (1 2, 3 4 5)"),
            "at character 23: expected 2 numbers in every coordinate");
}

TEST(Wkt, RefusesWhatIsMalformed) {
  for (const char* bad : {"POINT (1 2",
                          "POINT 1 2)",
                          "POINT ((1 2))",
                          "POINT (nan 2)",
                          "POINT (inf 2)",
                          "POINT (-inf 2)",
                          "POINT (1,2)",
                          "POINT (1 2 3 4 5)",
                          "POINT (1 2; 3)",
                          "POINT (1e999 2)",
                          "POINT (1.2.3 4)",
                          "POINT (0x10 2)",
                          "POINT (1 2abc)",
                          "CIRCLE (1 2)",
                          "POINTY (1 2)",
                          "POINT Z (1 2)",
                          "POINT M (1 2)",
                          "POINT ZM (1 2 3)",
                          "POLYGON (0 0, 1 1, 1 0, 0 0)",
                          "POLYGON ((0 0, 1 1, 0 0))",
                          "MULTIPOINT (1 2, )",
                          "MULTIPOLYGON ((0 0, 1 1, 1 0, 0 0))",
                          "GEOMETRYCOLLECTION (1 2)",
                          "GEOMETRYCOLLECTION (POINT (1 2), POINT Z (1 2 3))",
                          "MULTIPOINT (EMPTY, (1 2 3))",
                          "LINESTRING (1 2,, 3 4)",
                          "()",
                          "POINT EMPTY EMPTY"}) {
    EXPECT_FALSE(parse_wkt(bad).ok()) << bad;
  }
}

TEST(Wkt, StopsAtDeepNesting) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "GEOMETRYCOLLECTION(";
  EXPECT_FALSE(parse_wkt(deep).ok());
  std::string fine;
  for (int i = 0; i < kMaxWkbDepth; ++i) fine += "GEOMETRYCOLLECTION(";
  fine += "POINT(1 2)" + std::string(kMaxWkbDepth, ')');
  EXPECT_TRUE(parse_wkt(fine).ok());
}

TEST(Wkt, FastWayAgreesWithTheFullParser) {
  std::mt19937 random(3);
  const std::string alphabet = "PpOINT( )0123456789.-+e, ZMA";
  for (int i = 0; i < 100'000; ++i) {
    std::string text = "POINT (12.5 -7)";
    for (auto n = random() % 3; n > 0; --n) {
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    }
    Position at;
    if (!parse_wkt_point(text, at)) continue;
    const auto wkb = parse_wkt(text);
    ASSERT_TRUE(wkb.ok()) << text;
    ASSERT_EQ(wkb_point(*wkb), at) << text;
  }
  Position at;
  EXPECT_TRUE(parse_wkt_point("POINT (7.672837913286881 44.9957109242058)", at));
  EXPECT_EQ(at, (Position{7.672837913286881, 44.9957109242058}));
  EXPECT_TRUE(parse_wkt_point("point(1 2)", at));
  for (const char* other : {"", "POINT", "POINT ()", "POINT (1 )", "POINT (1 2 3)",
                            "POINT (nan nan)", "POINT EMPTY", "POINTZ (1 2)", "POINT (1 2) "}) {
    EXPECT_FALSE(parse_wkt_point(other, at)) << other;
  }
}

TEST(Wkt, WritesNothingFromMalformedBytes) {
  EXPECT_EQ(write_wkt("abc"), "(malformed WKB)");
}

}  // namespace
}  // namespace rhumb
