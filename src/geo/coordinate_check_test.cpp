#include "geo/coordinate_check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "geo/wkt.h"

namespace rhumb {
namespace {

CoordinateFault check(const CoordinateRules& rules, std::string_view wkt) {
  const auto wkb = parse_wkt(wkt);
  EXPECT_TRUE(wkb.ok()) << wkt;
  return check_geometry(rules, *inspect_wkb(*wkb));
}

TEST(CoordinateCheck, PointsOnTheGlobe) {
  const CoordinateRules rules = coordinate_rules(4326);
  EXPECT_EQ(check_point(rules, 7.67, 44.99), CoordinateFault::kNone);
  EXPECT_EQ(check_point(rules, -180, -90), CoordinateFault::kNone);
  EXPECT_EQ(check_point(rules, 180, 90), CoordinateFault::kNone);
  EXPECT_EQ(check_point(rules, 0, 0), CoordinateFault::kNullIsland);
  EXPECT_EQ(check_point(rules, -0.0, 0), CoordinateFault::kNullIsland);
  EXPECT_EQ(check_point(rules, 0, 1e-9), CoordinateFault::kNone);
  EXPECT_EQ(check_point(rules, 39.9, 116.4), CoordinateFault::kSwappedAxes);
  EXPECT_EQ(check_point(rules, 116.4, 400.17), CoordinateFault::kOutOfRange);
  EXPECT_EQ(check_point(rules, 181, 10), CoordinateFault::kOutOfRange);
  EXPECT_EQ(check_point(rules, NAN, 1), CoordinateFault::kNotFinite);
  EXPECT_EQ(check_point(rules, 1, -INFINITY), CoordinateFault::kNotFinite);
}

TEST(CoordinateCheck, PlanesHaveNoRange) {
  const CoordinateRules plane = coordinate_rules(0);
  EXPECT_EQ(check_point(plane, 0, 0), CoordinateFault::kNone);
  EXPECT_EQ(check_point(plane, 1e9, -1e9), CoordinateFault::kNone);
  EXPECT_EQ(check_point(coordinate_rules(3857), 0, 0), CoordinateFault::kNullIsland);
  EXPECT_EQ(check_point(coordinate_rules(32632), 500000, 4980000), CoordinateFault::kNone);
}

TEST(CoordinateCheck, Extent) {
  CoordinateRules rules = coordinate_rules(4326);
  rules.extent = GeoBox{7, 44, 8, 46};
  EXPECT_EQ(check_point(rules, 7, 44), CoordinateFault::kNone);
  EXPECT_EQ(check_point(rules, 44.99, 7.67), CoordinateFault::kOutsideExtent);
  EXPECT_EQ(check(rules, "LINESTRING (7.5 45, 9 45)"), CoordinateFault::kOutsideExtent);
}

TEST(CoordinateCheck, WholeGeometries) {
  const CoordinateRules rules = coordinate_rules(4326);
  // A corner at (0, 0) is a place; nothing but (0, 0) is none.
  EXPECT_EQ(check(rules, "POLYGON ((0 0, 1 0, 1 1, 0 0))"), CoordinateFault::kNone);
  EXPECT_EQ(check(rules, "MULTIPOINT (0 0, 0 0)"), CoordinateFault::kNullIsland);
  EXPECT_EQ(check(rules, "LINESTRING (1 2, 3 400)"), CoordinateFault::kOutOfRange);
  EXPECT_EQ(check(rules, "POINT EMPTY"), CoordinateFault::kNone);
  EXPECT_EQ(check(rules, "GEOMETRYCOLLECTION (POINT EMPTY)"), CoordinateFault::kNone);
}

TEST(CurveExtent, IsTheGlobeOrASquareAroundProjectedCoordinates) {
  EXPECT_EQ(curve_extent(4326), (GeoBox{-180, -90, 180, 90}));
  EXPECT_TRUE(contains(curve_extent(3857), GeoBox{-20037508, -20048966, 20037508, 20048966}));
}

}  // namespace
}  // namespace rhumb
