#include "decode/shapefile/shape.h"

#include <cmath>

#include <gtest/gtest.h>

#include "decode/shapefile/shapefile_on_disk.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

const std::vector<TestPosition> kOuter = {{0, 0}, {0, 10}, {10, 10}, {10, 0}, {0, 0}};
const std::vector<TestPosition> kHole = {{2, 2}, {4, 2}, {4, 4}, {2, 4}, {2, 2}};
const std::vector<TestPosition> kIsland = {{2.5, 2.5}, {2.5, 3}, {3, 3}, {3, 2.5}, {2.5, 2.5}};
const std::vector<TestPosition> kFar = {{20, 0}, {20, 5}, {25, 5}, {20, 0}};

std::string text_of(const std::string& content) {
  const auto wkb = shape_wkb(content);
  if (!wkb.ok()) return wkb.error().message;
  EXPECT_TRUE(wkb->empty() || inspect_wkb(*wkb).ok());
  return wkb->empty() ? "null" : write_wkt(*wkb);
}

std::string canonical(const char* wkt) {
  return write_wkt(*parse_wkt(wkt));
}

TEST(Shape, ReadsPointsAndNulls) {
  EXPECT_EQ(text_of(point_shape(7.5, 45)), canonical("POINT (7.5 45)"));
  EXPECT_EQ(text_of(null_shape()), "null");
}

TEST(Shape, SortsRingsWhateverTheirOrder) {
  const char* expected =
      "MULTIPOLYGON (((0 0, 0 10, 10 10, 10 0, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2)), "
      "((20 0, 20 5, 25 5, 20 0)))";
  EXPECT_EQ(text_of(shape_of(5, {kHole, kOuter, kFar})), canonical(expected));
  EXPECT_EQ(text_of(shape_of(5, {kOuter, kFar, kHole})), canonical(expected));
}

TEST(Shape, PutsAHoleIntoTheSmallestRingAroundIt) {
  const std::vector<TestPosition> pond = {{2.6, 2.6}, {2.8, 2.6}, {2.8, 2.8}, {2.6, 2.6}};
  EXPECT_EQ(text_of(shape_of(5, {kOuter, kIsland, pond, kHole})),
            canonical("MULTIPOLYGON (((0 0, 0 10, 10 10, 10 0, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2)), "
                      "((2.5 2.5, 2.5 3, 3 3, 3 2.5, 2.5 2.5), (2.6 2.6, 2.8 2.6, 2.8 2.8, 2.6 "
                      "2.6)))"));
}

TEST(Shape, TakesRingsOfTheWrongDirectionThroughoutAsOuterOnes) {
  EXPECT_EQ(text_of(shape_of(5, {kHole})), canonical("MULTIPOLYGON (((2 2, 4 2, 4 4, 2 4, 2 2)))"));
}

TEST(Shape, KeepsAHoleWithoutAHome) {
  EXPECT_EQ(text_of(shape_of(5, {kFar, kHole})),
            canonical("MULTIPOLYGON (((20 0, 20 5, 25 5, 20 0)), ((2 2, 4 2, 4 4, 2 4, 2 2)))"));
}

TEST(Shape, KeepsHeightsAndMeasures) {
  EXPECT_EQ(text_of(shape_of(13, {{{0, 0, 5, 7}, {1, 1, 6, 8}}})),
            canonical("MULTILINESTRING ZM ((0 0 5 7, 1 1 6 8))"));
  EXPECT_EQ(text_of(shape_of(13, {{{0, 0, 5, -1e39}, {1, 1, 6, -1e39}}})),
            canonical("MULTILINESTRING Z ((0 0 5, 1 1 6))"));
  EXPECT_EQ(text_of(shape_of(23, {{{0, 0, 0, 7}, {1, 1, 0, 8}}})),
            canonical("MULTILINESTRING M ((0 0 7, 1 1 8))"));
}

TEST(Shape, SaysWhatIsMalformed) {
  EXPECT_EQ(text_of(""), "the shape is cut off");
  std::string patch;
  put_little(patch, int32_t{31});
  EXPECT_EQ(text_of(patch), "multipatches (type 31, surfaces in space) are not read");
  std::string lying = shape_of(5, {kOuter});
  const int32_t many = 1'000'000'000;
  lying.replace(40, 4, reinterpret_cast<const char*>(&many), 4);
  EXPECT_EQ(text_of(lying), "1 parts with 1000000000 points do not fit into the record's 84 bytes");
}

TEST(Shape, GivesUpOnRingsThatTakeForever) {
  TestParts parts;
  for (int i = 0; i < 40'000; ++i) parts.push_back(i % 2 == 0 ? kOuter : kHole);
  const auto wkb = shape_wkb(shape_of(5, parts));
  ASSERT_FALSE(wkb.ok());
  EXPECT_EQ(wkb.error().message, "it has more rings than can be sorted into polygons");
}

}  // namespace
}  // namespace rhumb
