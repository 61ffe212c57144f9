#include "geo/planar_meter.h"

#include <cmath>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "geo/wkt.h"

namespace rhumb {
namespace {

std::optional<double> between(PlanarMeter& meter, std::string_view a, std::string_view b) {
  const auto wkb_a = parse_wkt(a), wkb_b = parse_wkt(b);
  EXPECT_TRUE(wkb_a.ok() && wkb_b.ok()) << a << " " << b;
  const auto apart = meter.distance(*wkb_a, *wkb_b);
  EXPECT_TRUE(apart.ok()) << apart.error().text();
  return apart.ok() ? *apart : std::nullopt;
}

std::string square(double x, double y) {
  return fmt::format("POLYGON(({0} {1}, {2} {1}, {2} {3}, {0} {3}, {0} {1}))", x, y, x + 1, y + 1);
}

// The embedded engine's own function says 0 of polygons with edges on one straight line.
TEST(PlanarMeter, PolygonsBesideEachOtherAreApart) {
  PlanarMeter meter;
  EXPECT_EQ(between(meter, square(0, 0), square(3, 0)), 2);
  EXPECT_EQ(between(meter, square(0, 0), square(3, 1)), 2);
  EXPECT_EQ(between(meter, square(0, 0), square(0, -4)), 3);
  EXPECT_EQ(between(meter, square(0, 0), square(4, 5)), 5);
  EXPECT_EQ(between(meter, square(0, 0), square(1, 1)), 0);
}

TEST(PlanarMeter, EveryKindAndBothWaysRound) {
  PlanarMeter meter;
  constexpr std::string_view kLine = "LINESTRING(0 3, 9 3)", kPoint = "POINT(4 0)";
  const std::string polygon = square(3.5, 0);
  EXPECT_EQ(between(meter, kLine, kPoint), 3);
  EXPECT_EQ(between(meter, kPoint, kLine), 3);
  EXPECT_EQ(between(meter, polygon, kPoint), 0);
  EXPECT_EQ(between(meter, kLine, polygon), 2);
  EXPECT_EQ(between(meter, "MULTIPOINT((0 9), (4 2))", polygon), 1);
  EXPECT_EQ(between(meter, "GEOMETRYCOLLECTION(POINT(0 5), LINESTRING(0 4, 1 4))", kLine), 1);
}

// GEOS by itself measures from a prepared line to the edges of the polygon.
TEST(PlanarMeter, WhatIsInsideIsNotApart) {
  PlanarMeter meter;
  constexpr std::string_view kAround = "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))";
  for (const char* inside : {"LINESTRING(4 4, 5 5)", "MULTILINESTRING((4 4, 5 5), (3 3, 3 4))",
                             "MULTIPOINT((4 4), (5 5))", "POLYGON((4 4, 5 4, 5 5, 4 4))",
                             "GEOMETRYCOLLECTION(LINESTRING(4 4, 5 5))"}) {
    EXPECT_EQ(between(meter, inside, kAround), 0) << inside;
    EXPECT_EQ(between(meter, kAround, inside), 0) << inside;
  }
  constexpr std::string_view kHole =
      "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1))";
  EXPECT_EQ(between(meter, "LINESTRING(4 4, 5 4)", kHole), 3);
  EXPECT_EQ(between(meter, kHole, "LINESTRING(4 4, 5 4)"), 3);
}

TEST(PlanarMeter, EmptyIsNowhere) {
  PlanarMeter meter;
  EXPECT_EQ(between(meter, "POINT EMPTY", "POINT(0 0)"), std::nullopt);
  EXPECT_EQ(between(meter, square(0, 0), "POLYGON EMPTY"), std::nullopt);
  EXPECT_EQ(between(meter, "POINT(0 0)", "POINT(3 4)"), 5);
}

TEST(PlanarMeter, WhatIsNoGeometryIsAnError) {
  PlanarMeter meter;
  EXPECT_FALSE(meter.distance("\x01\x02", "\x01\x02").ok());
}

}  // namespace
}  // namespace rhumb
