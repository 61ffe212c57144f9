#include "geo/wkb_edit.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "geo/wkb_test_base.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

std::string moved(const char* text) {
  std::string wkb = wkb_of(text);
  EXPECT_TRUE(edit_wkb_positions(wkb, [](double* at, size_t count, size_t stride, bool) {
    for (size_t i = 0; i < count; ++i) {
      at[i * stride] += 10;
      at[i * stride + 1] += 20;
    }
    return true;
  }));
  return write_wkt(wkb);
}

TEST(EditWkbPositions, ReachesEveryPositionOfEveryKind) {
  EXPECT_EQ(moved("POINT (1 2)"), write_wkt(wkb_of("POINT (11 22)")));
  EXPECT_EQ(moved("LINESTRING ZM (1 2 3 4, 5 6 7 8)"),
            write_wkt(wkb_of("LINESTRING ZM (11 22 3 4, 15 26 7 8)")));
  EXPECT_EQ(
      moved("POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))"),
      write_wkt(wkb_of("POLYGON ((10 20, 14 20, 14 24, 10 20), (11 21, 12 21, 12 22, 11 21))")));
  EXPECT_EQ(moved("GEOMETRYCOLLECTION M (POINT M (1 2 3), MULTIPOINT M ((1 2 3), (4 5 6)))"),
            write_wkt(wkb_of(
                "GEOMETRYCOLLECTION M (POINT M (11 22 3), MULTIPOINT M ((11 22 3), (14 25 6)))")));
}

TEST(EditWkbPositions, LeavesEmptyOnesEmpty) {
  for (const char* text : {"POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "MULTIPOINT Z EMPTY",
                           "GEOMETRYCOLLECTION (POINT EMPTY)"}) {
    EXPECT_EQ(moved(text), write_wkt(wkb_of(text))) << text;
  }
}

TEST(EditWkbPositions, StopsWhenTold) {
  std::string wkb = wkb_of("MULTIPOINT ((1 1), (2 2), (3 3))");
  int seen = 0;
  EXPECT_FALSE(edit_wkb_positions(wkb, [&](double*, size_t, size_t, bool) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST(PromoteToMulti, WrapsSinglesAndNothingElse) {
  const auto promoted = [](const char* text) { return write_wkt(promote_to_multi(wkb_of(text))); };
  EXPECT_EQ(promoted("POINT Z (1 2 3)"), write_wkt(wkb_of("MULTIPOINT Z ((1 2 3))")));
  EXPECT_EQ(promoted("POLYGON ((0 0, 4 0, 4 4, 0 0))"),
            write_wkt(wkb_of("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)))")));
  EXPECT_EQ(promoted("LINESTRING EMPTY"), write_wkt(wkb_of("MULTILINESTRING EMPTY")));
  EXPECT_EQ(promoted("MULTIPOINT ((1 2))"), write_wkt(wkb_of("MULTIPOINT ((1 2))")));
}

TEST(WkbBuilder, WritesWhatTheParserReads) {
  WkbBuilder builder(true, false);
  builder.begin(WkbKind::kMultiPolygon, 1);
  builder.begin(WkbKind::kPolygon, 1);
  builder.ring(4);
  for (const std::array<double, 3>& at :
       {std::array<double, 3>{0, 0, 1}, {4, 0, 2}, {4, 4, 3}, {0, 0, 1}}) {
    builder.position(at.data());
  }
  EXPECT_EQ(write_wkt(builder.take()),
            write_wkt(wkb_of("MULTIPOLYGON Z (((0 0 1, 4 0 2, 4 4 3, 0 0 1)))")));
}

}  // namespace
}  // namespace rhumb
