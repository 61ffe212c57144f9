#include "source/postgres/ewkb.h"

#include <gtest/gtest.h>

#include "source/postgres/source_test_base.h"

namespace rhumb {
namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

class EwkbTest : public SourceTest {};

// PostGIS is asked for both forms of the same geometry, in both byte orders.
TEST_F(EwkbTest, EqualsPostgisForEveryKind) {
  PgConnection connection = connect();
  for (const char* text :
       {"POINT(1 2)", "POINT EMPTY", "POINT Z(1 2 3)", "POINT M(1 2 4)", "POINT ZM(1 2 3 4)",
        "LINESTRING(0 0,1 1,2 2)", "LINESTRING Z(0 0 1,1 1 1)", "LINESTRING EMPTY",
        "POLYGON((0 0,1 0,1 1,0 0),(0.2 0.1,0.3 0.1,0.3 0.2,0.2 0.1))", "POLYGON EMPTY",
        "POLYGON ZM((0 0 1 2,1 0 1 2,1 1 1 2,0 0 1 2))", "MULTIPOINT(1 1,2 2)",
        "MULTIPOINT Z(1 1 5,2 2 6)", "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
        "MULTIPOLYGON M(((0 0 1,1 0 1,1 1 1,0 0 1)))", "GEOMETRYCOLLECTION EMPTY",
        "GEOMETRYCOLLECTION(POINT(1 1),GEOMETRYCOLLECTION(LINESTRING(0 0,1 1)))",
        "GEOMETRYCOLLECTION Z(POINT Z(1 1 1),POLYGON Z((0 0 1,1 0 1,1 1 1,0 0 1)))"}) {
    for (const char* order : {"NDR", "XDR"}) {
      const auto forms = connection.query(
          "SELECT encode(ST_AsEWKB(g, $2), 'hex'), encode(ST_AsBinary(g, 'NDR'), 'hex')"
          " FROM (SELECT ST_SetSRID($1::geometry, 3857) AS g) s",
          {text, order});
      ASSERT_TRUE(forms.ok()) << forms.error().text();
      std::string wkb;
      const auto srid = ewkb_to_wkb(from_hex(forms->string(0, 0)), wkb);
      ASSERT_TRUE(srid.ok()) << text << srid.error().text();
      EXPECT_EQ(*srid, 3857);
      EXPECT_EQ(wkb, from_hex(forms->string(0, 1))) << text << " " << order;
    }
  }
}

TEST(EwkbWalkTest, RefusesEverythingCutOffOrTooLong) {
  const std::string whole = from_hex(
      "0103000020e6100000010000000400000000000000000000000000000000000000000000000000f03f0000000000"
      "00"
      "0000000000000000f03f000000000000f03f00000000000000000000000000000000");
  std::string wkb;
  ASSERT_TRUE(ewkb_to_wkb(whole, wkb).ok());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ewkb_to_wkb(whole.substr(0, size), wkb).ok()) << size;
  }
  EXPECT_FALSE(ewkb_to_wkb(whole + "x", wkb).ok());
  EXPECT_FALSE(ewkb_to_wkb("\2\1", wkb).ok());
}

TEST(EwkbWalkTest, HostileCountsAndNestingEnd) {
  std::string wkb;
  EXPECT_FALSE(ewkb_to_wkb(from_hex("0102000000ffffffff"), wkb).ok());
  EXPECT_FALSE(ewkb_to_wkb(from_hex("0103000000ffffffffffffffff"), wkb).ok());
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += from_hex("010700000001000000");
  const auto done = ewkb_to_wkb(nested, wkb);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("nested"), std::string::npos);
}

TEST(EwkbWalkTest, CurvesHaveAWayOut) {
  std::string wkb;
  const auto done = ewkb_to_wkb(from_hex("010800000000000000"), wkb);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().hint.find("ST_CurveToLine"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
