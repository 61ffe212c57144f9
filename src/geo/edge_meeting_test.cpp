#include "geo/edge_meeting.h"

#include <gtest/gtest.h>

#include "geo/geos/geos.h"
#include "geo/random_geometry_test_base.h"
#include "geo/wkb_test_base.h"

namespace rhumb {
namespace {

GeometryStore row_of(std::string_view wkt) {
  GeometryStore store;
  EXPECT_TRUE(store.append(wkb_of(wkt)).ok()) << wkt;
  return store;
}

std::optional<bool> by_edges(const std::string& a, const std::string& b) {
  const GeometryStore prepared = row_of(a), other = row_of(b);
  EdgeMeeting meeting;
  meeting.set_other(other, 0);
  return meeting.decide(prepared, 0);
}

TEST(EdgeMeeting, SegmentsMeetInOnePlaceOrMany) {
  EXPECT_TRUE(segments_meet({0, 0}, {4, 4}, {0, 4}, {4, 0}));
  EXPECT_TRUE(segments_meet({0, 0}, {4, 0}, {2, 0}, {2, 3}));   // an end on the other
  EXPECT_TRUE(segments_meet({0, 0}, {4, 0}, {3, 0}, {9, 0}));   // along each other
  EXPECT_TRUE(segments_meet({0, 0}, {4, 0}, {4, 0}, {9, 0}));   // end to end
  EXPECT_FALSE(segments_meet({0, 0}, {4, 0}, {5, 0}, {9, 0}));  // on one straight line
  EXPECT_FALSE(segments_meet({0, 0}, {4, 4}, {1, 0}, {4, 3}));
  EXPECT_FALSE(segments_meet({0, 0}, {4, 4}, {3, 2}, {9, 0}));
  EXPECT_TRUE(segments_meet({0, 0}, {4, 4}, {2, 2}, {2, 2}));  // one place
  EXPECT_FALSE(segments_meet({0, 0}, {4, 4}, {2, 1}, {2, 1}));
  // Nearer to the line than doubles can tell by a determinant of rounded products.
  EXPECT_FALSE(segments_meet({0, 0}, {3e15, 1e15}, {1.5e15, 5e14 + 0.0625}, {1e15, 9e14}));
}

TEST(EdgeMeeting, WhatLiesInsideMeetsAndWhatLiesInAHoleDoesNot) {
  const std::string frame = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1))";
  const std::string whole = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))";
  const std::string line = "LINESTRING (3 3, 5 4)";
  EXPECT_EQ(by_edges(whole, line), true);
  EXPECT_EQ(by_edges(line, whole), true);
  EXPECT_EQ(by_edges(frame, line), false);
  EXPECT_EQ(by_edges(line, frame), false);
  EXPECT_EQ(by_edges(frame, "LINESTRING (3 3, 8 8)"), true);
  EXPECT_EQ(by_edges(frame, "POLYGON ((2 2, 3 2, 3 3, 2 2))"), false);
  EXPECT_EQ(
      by_edges(frame, "MULTIPOLYGON (((2 2, 3 2, 3 3, 2 2)), ((-1 -1, 20 -1, 20 20, -1 -1)))"),
      true);
}

TEST(EdgeMeeting, LeavesOtherKindsAndManyEdgesToGeos) {
  EXPECT_EQ(by_edges("POINT (1 1)", "LINESTRING (0 0, 2 2)"), std::nullopt);
  EXPECT_EQ(by_edges("LINESTRING (0 0, 2 2)", "GEOMETRYCOLLECTION (LINESTRING (0 0, 2 2))"),
            std::nullopt);
  RandomGeometry random(1);
  RandomGeometry::Ring ring;
  while (ring.size() < 1000) ring.push_back(random.position());
  const std::string line = "LINESTRING " + RandomGeometry::text(ring);
  EXPECT_EQ(by_edges(line, line), std::nullopt);
}

// Valid and invalid polygons; edges that touch, overlap and are one place.
TEST(EdgeMeeting, AnswersAsGeos) {
  constexpr WkbKind kKinds[] = {WkbKind::kLineString, WkbKind::kPolygon, WkbKind::kMultiLineString,
                                WkbKind::kMultiPolygon};
  size_t meeting = 0, asked = 0;
  for (uint64_t seed = 1; seed <= 20'000; ++seed) {
    RandomGeometry random(seed, seed % 10 == 0 ? 1e-3 : 1, seed % 10 == 1 ? 1e6 : 0);
    const bool valid = random.one_in(2);
    const std::string a = random.geometry(kKinds[random.below(4)], valid);
    const std::string b = random.geometry(kKinds[random.below(4)], valid);
    const std::optional<bool> found = by_edges(a, b);
    if (!found) continue;
    Geos geos;
    auto prepared = geos.shape(row_of(a), 0), other = geos.shape(row_of(b), 0);
    if (!prepared.ok() || !other.ok()) continue;
    const auto expected = geos.relates(SpatialRelation::kIntersects, *prepared, *other);
    if (!expected.ok()) continue;
    ASSERT_EQ(*found, *expected) << "seed " << seed << "\n" << a << "\n" << b;
    ++asked;
    meeting += *expected ? 1 : 0;
  }
  EXPECT_GT(meeting, asked / 5);
  EXPECT_LT(meeting, asked - asked / 10);
}

}  // namespace
}  // namespace rhumb
