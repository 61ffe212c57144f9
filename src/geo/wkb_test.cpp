#include "geo/wkb.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "geo/wkb_test_base.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

std::string bytes(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

TEST(Wkb, ReadsWhatPostgisWrites) {
  // SELECT encode(ST_AsEWKB(g, 'NDR' or 'XDR'), 'hex')
  struct Case {
    std::string_view hex, wkt;
    int srid;
  };
  const std::vector<Case> cases = {
      {"0101000000000000000000F03F0000000000000040", "POINT (1 2)", 0},
      {"00000000013FF00000000000004000000000000000", "POINT (1 2)", 0},
      {"0101000020E6100000000000000000F03F0000000000000040", "POINT (1 2)", 4326},
      {"0020000001000010E63FF00000000000004000000000000000", "POINT (1 2)", 4326},
      {"0101000080000000000000F03F00000000000000400000000000000840", "POINT Z (1 2 3)", 0},
      {"01E9030000000000000000F03F00000000000000400000000000000840", "POINT Z (1 2 3)", 0},
      {"0101000040000000000000F03F00000000000000400000000000000840", "POINT M (1 2 3)", 0},
      {"01D1070000000000000000F03F00000000000000400000000000000840", "POINT M (1 2 3)", 0},
      {"0101000000000000000000F87F000000000000F87F", "POINT EMPTY", 0},
      {"010200000000000000", "LINESTRING EMPTY", 0},
  };
  for (const Case& c : cases) {
    const auto normal = normalize_wkb(bytes(c.hex));
    ASSERT_TRUE(normal.ok()) << c.hex;
    EXPECT_EQ(write_wkt(normal->wkb), c.wkt);
    EXPECT_EQ(normal->srid, c.srid);
  }
}

TEST(Wkb, SummarisesEveryKind) {
  const std::string polygon = wkb_of("POLYGON ((0 0, 4 0, 4 3, 0 0), (1 1, 2 1, 2 2, 1 1))");
  const auto summary = inspect_wkb(polygon);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->header.kind, WkbKind::kPolygon);
  EXPECT_EQ(summary->points, 8U);
  EXPECT_EQ(summary->box, (GeoBox{0, 0, 4, 3}));
  EXPECT_TRUE(summary->finite);

  const auto nested = inspect_wkb(
      wkb_of("GEOMETRYCOLLECTION Z (POINT Z (1 2 3), GEOMETRYCOLLECTION Z (POINT Z (-5 6 7)))"));
  ASSERT_TRUE(nested.ok());
  EXPECT_EQ(nested->header.kind, WkbKind::kCollection);
  EXPECT_TRUE(nested->header.has_z);
  EXPECT_EQ(nested->box, (GeoBox{-5, 2, 1, 6}));

  const auto empty = inspect_wkb(wkb_of("MULTIPOLYGON EMPTY"));
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(empty->points, 0U);
  EXPECT_EQ(empty->box, kEmptyBox);
}

TEST(Wkb, SeesNumbersThatAreNotFinite) {
  const WkbPoint infinite = make_wkb_point(INFINITY, 1);
  const auto summary = inspect_wkb({infinite.data(), infinite.size()});
  ASSERT_TRUE(summary.ok());
  EXPECT_FALSE(summary->finite);
  const WkbPoint half = make_wkb_point(NAN, 1);
  EXPECT_FALSE(inspect_wkb({half.data(), half.size()})->finite);
}

TEST(Wkb, GivesAccessToPoints) {
  const WkbPoint point = make_wkb_point(7.67, 44.99);
  EXPECT_EQ(wkb_point({point.data(), point.size()}), (Position{7.67, 44.99}));
  EXPECT_EQ(wkb_point(wkb_of("POINT ZM (1 2 3 4)")), (Position{1, 2}));
  EXPECT_EQ(wkb_point(wkb_of("POINT EMPTY")), std::nullopt);
  EXPECT_EQ(wkb_point(wkb_of("LINESTRING (1 2, 3 4, 5 6)")), std::nullopt);
  EXPECT_EQ(wkb_point(""), std::nullopt);
  EXPECT_EQ(wkb_point({point.data(), point.size() - 1}), std::nullopt);
}

TEST(Wkb, RefusesWhatIsMalformed) {
  const std::vector<std::string_view> bad = {
      "",
      "01",
      "0201000000000000000000F03F0000000000000040",    // byte order 2
      "0108000000000000000000F03F0000000000000040",    // kind 8 (circular string)
      "0100000000000000000000F03F0000000000000040",    // kind 0
      "01A10F0000000000000000F03F0000000000000040",    // 4001
      "0101000000000000000000F03F00000000000000",      // cut off
      "0101000000000000000000F03F000000000000004000",  // a byte too many
      "0102000000FFFFFFFF",                            // four thousand million points
      "0103000000FFFFFFFF",
      "0107000000FFFFFFFF",
      "010200000001000000000000000000F03F0000000000000040",  // a line of one point
      "0103000000010000000000000000",                        // a ring without points
      // a multipoint with a line in it
      "010400000001000000010200000000000000",
      // a 2D collection with a 3D point
      "0107000000010000000101000080000000000000F03F00000000000000400000000000000840",
  };
  for (const std::string_view hex : bad) {
    EXPECT_FALSE(inspect_wkb(bytes(hex)).ok()) << hex;
    EXPECT_FALSE(normalize_wkb(bytes(hex)).ok()) << hex;
  }
}

TEST(Wkb, RefusesOpenRingsAsPostgisDoes) {
  std::string ring = wkb_of("POLYGON ((0 0, 4 0, 4 3, 0 0))");
  ring[ring.size() - 1] = 0x40;
  const auto summary = inspect_wkb(ring);
  ASSERT_FALSE(summary.ok());
  EXPECT_NE(summary.error().message.find("not closed"), std::string::npos);
}

TEST(Wkb, StopsAtDeepNesting) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += bytes("010700000001000000");
  deep += wkb_of("POINT (1 2)");
  EXPECT_FALSE(inspect_wkb(deep).ok());
}

TEST(Wkb, SurvivesCutsAndFlips) {
  const std::string good = wkb_of(
      "GEOMETRYCOLLECTION (MULTIPOLYGON (((0 0, 4 0, 4 3, 0 0)), ((1 1, 2 1, 2 2, 1 1))), "
      "MULTILINESTRING ((1 2, 3 4), (5 6, 7 8)), MULTIPOINT (1 2, 3 4), POINT EMPTY)");
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(inspect_wkb(good.substr(0, size)).ok()) << size;
  }
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string flipped = good;
    for (auto n = random() % 4; n < 4; ++n) {
      flipped[random() % flipped.size()] = static_cast<char>(random());
    }
    const auto normal = normalize_wkb(flipped);
    if (!normal.ok()) continue;
    const auto again = normalize_wkb(normal->wkb);
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(again->wkb, normal->wkb);
  }
}

}  // namespace
}  // namespace rhumb
