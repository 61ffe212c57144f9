#include "geo/h3/h3_cells.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "geo/geometry_store.h"
#include "geo/point_in_polygon.h"

namespace rhumb {
namespace {

bool covers(const std::string& wkb, Position at) {
  GeometryStore store;
  EXPECT_TRUE(store.append(wkb).ok());
  return locate_in_polygons(store, 0, at) != PointPlace::kOutside;
}

// Numbers as they stand in H3's own documentation.
TEST(H3Cells, HaveTheNumbersThatEverybodyGivesThem) {
  const H3Cell cell = h3_cell_at(-122.418307270836565, 37.7752702151959257, 9);
  EXPECT_EQ(h3_text(cell), "8928308280fffff");
  EXPECT_EQ(parse_h3_cell("8928308280fffff"), cell);
  EXPECT_EQ(h3_resolution(cell), 9);
  EXPECT_EQ(h3_text(h3_parent(cell, 5)), "85283083fffffff");
  EXPECT_NEAR(h3_centre(cell).x, -122.4183072708, 1e-2);
  EXPECT_NEAR(h3_centre(cell).y, 37.7752702152, 1e-2);
}

TEST(H3Cells, WhatIsNoCellIsRefused) {
  for (const char* text : {"", "8928308280ffff", "x8928308280fffff", "8928308280fffff ", "0",
                           "ffffffffffffffff", "-1"}) {
    EXPECT_EQ(parse_h3_cell(text), std::nullopt) << text;
  }
  EXPECT_FALSE(is_h3_cell(0));
  EXPECT_FALSE(is_h3_cell(~H3Cell{0}));
}

TEST(H3Cells, APointLiesInTheOutlineOfItsCell) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> longitude(-180, 180), latitude(-90, 90);
  size_t over_antimeridian = 0;
  for (int i = 0; i < 3000; ++i) {
    const Position at{longitude(random), latitude(random)};
    const H3Cell cell = h3_cell_at(at.x, at.y, i % 6);
    const std::string outline = h3_outline_wkb(cell);
    const auto summary = inspect_wkb(outline);
    ASSERT_TRUE(summary.ok());
    EXPECT_GE(summary->box[0], -180);
    EXPECT_LE(summary->box[2], 180);
    if (summary->header.kind == WkbKind::kMultiPolygon) ++over_antimeridian;
    // Edges are great circles, the outline has straight lines in degrees: large cells differ.
    const Position centre = h3_centre(cell);
    const bool small = i % 6 >= 2;
    EXPECT_TRUE(!small || covers(outline, centre)) << h3_text(cell);
  }
  EXPECT_GT(over_antimeridian, 20U);
}

TEST(H3Cells, ReachAPoleThatIsInThem) {
  for (const double pole : {-90.0, 90.0}) {
    const H3Cell cell = h3_cell_at(0, pole, 3);
    const std::string outline = h3_outline_wkb(cell);
    for (const double longitude : {-179.0, -90.0, 0.0, 90.0, 179.0}) {
      EXPECT_TRUE(covers(outline, {longitude, pole * 0.9999})) << pole << " " << longitude;
    }
    EXPECT_FALSE(covers(outline, {0, pole * 0.9}));
  }
}

TEST(H3Cells, DisksGrowBySixCellsAStep) {
  const H3Cell cell = h3_cell_at(10, 50, 8);
  EXPECT_EQ(h3_disk(cell, 0), std::vector<H3Cell>{cell});
  EXPECT_EQ(h3_disk(cell, 1).size(), 7U);
  EXPECT_EQ(h3_disk(cell, 3).size(), 37U);
  for (const H3Cell near : h3_disk(cell, 3)) {
    const auto steps = h3_distance(cell, near);
    ASSERT_TRUE(steps.ok());
    EXPECT_LE(*steps, 3);
  }
  const auto pentagon = parse_h3_cell("8009fffffffffff");
  ASSERT_TRUE(pentagon);
  EXPECT_EQ(h3_disk(*pentagon, 1).size(), 6U);
}

TEST(H3Cells, DistancesThatCannotBeCountedAreErrors) {
  const auto apart = h3_distance(h3_cell_at(10, 50, 8), h3_cell_at(10, 50, 7));
  ASSERT_FALSE(apart.ok());
  EXPECT_NE(apart.error().message.find("resolution"), std::string::npos) << apart.error().text();
}

}  // namespace
}  // namespace rhumb
