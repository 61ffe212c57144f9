#include "io/proj/ellipsoid.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "geo/wkb_test_base.h"

namespace rhumb {
namespace {

constexpr double kEarthAreaM2 = 510065621724088.44, kQuarterMeridianM = 10001965.729312722;

TEST(Geodesic, PublishedDistances) {
  // New York to London, the example of GeographicLib's manual.
  const Position jfk{-73.8, 40.6}, lhr{-0.5, 51.6};
  EXPECT_NEAR(geodesic_distance_m(jfk, lhr), 5551759.400, 1e-3);
  EXPECT_NEAR(*geodesic_azimuth(jfk, lhr) * 180 / std::numbers::pi, 51.198882845579824, 1e-9);
  EXPECT_NEAR(geodesic_distance_m({0, 0}, {1, 0}), 6378137 * std::numbers::pi / 180, 1e-6);
  EXPECT_NEAR(geodesic_distance_m({5, 0}, {77, 90}), kQuarterMeridianM, 1e-6);
}

TEST(Geodesic, PolesAntimeridianAndAntipodes) {
  EXPECT_EQ(geodesic_distance_m({10, 90}, {-50, 90}), 0);
  EXPECT_NEAR(geodesic_distance_m({179.5, 0}, {-179.5, 0}), 6378137 * std::numbers::pi / 180, 1e-6);
  EXPECT_NEAR(geodesic_distance_m({0, 0}, {180, 0}), 2 * kQuarterMeridianM, 1e-6);  // by a pole
  EXPECT_GT(geodesic_distance_m({0, 0}, {179.7, 0.3}), 19.9e6);  // nearly antipodal: converges
}

TEST(Geodesic, AzimuthsGoRoundFromNorth) {
  const double quarter = std::numbers::pi / 2;
  EXPECT_NEAR(*geodesic_azimuth({0, 0}, {0, 1}), 0, 1e-12);
  EXPECT_NEAR(*geodesic_azimuth({0, 0}, {1, 0}), quarter, 1e-12);
  EXPECT_NEAR(*geodesic_azimuth({0, 0}, {0, -1}), 2 * quarter, 1e-12);
  EXPECT_NEAR(*geodesic_azimuth({0, 0}, {-1, 0}), 3 * quarter, 1e-12);
  EXPECT_NEAR(*geodesic_azimuth({179.5, 0}, {-179.5, 0}), quarter, 1e-12);
  EXPECT_FALSE(geodesic_azimuth({3, 4}, {3, 4}));
  EXPECT_FALSE(geodesic_azimuth({180, 4}, {-180, 4}));
}

TEST(Geodesic, LengthsOfLinesOnly) {
  const double degree = geodesic_distance_m({0, 0}, {1, 0});
  EXPECT_NEAR(*geodesic_length_m(wkb_of("LINESTRING(0 0, 1 0, 2 0)")), 2 * degree, 1e-6);
  EXPECT_NEAR(*geodesic_length_m(wkb_of("MULTILINESTRING((0 0, 1 0), (9 0, 10 0))")), 2 * degree,
              1e-6);
  EXPECT_NEAR(
      *geodesic_length_m(wkb_of("GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(179.5 0, -179.5 0), "
                                "POLYGON((0 0, 1 0, 1 1, 0 0)))")),
      degree, 1e-6);
  EXPECT_EQ(*geodesic_length_m(wkb_of("POINT(1 2)")), 0);
  EXPECT_EQ(*geodesic_length_m(wkb_of("LINESTRING EMPTY")), 0);
  EXPECT_NEAR(*geodesic_length_m(wkb_of("LINESTRING Z(0 0 500, 1 0 900)")), degree, 1e-6);
}

TEST(Geodesic, AreasAndPerimeters) {
  const std::string octant = "(0 0, 90 0, 0 90, 0 0)";
  EXPECT_NEAR(*geodesic_area_m2(wkb_of("POLYGON(" + octant + ")")), kEarthAreaM2 / 8, 1);
  EXPECT_NEAR(*geodesic_area_m2(wkb_of("POLYGON((0 0, 0 90, 90 0, 0 0))")), kEarthAreaM2 / 8, 1)
      << "whichever way the ring goes";
  EXPECT_NEAR(
      *geodesic_area_m2(wkb_of("MULTIPOLYGON((" + octant + "), ((180 0, 0 -90, -90 0, 180 0)))")),
      kEarthAreaM2 / 4, 2);
  EXPECT_NEAR(*geodesic_perimeter_m(wkb_of("POLYGON(" + octant + ")")),
              2 * kQuarterMeridianM + 6378137 * std::numbers::pi / 2, 1e-6);
  // A ring round the pole, and the half of the Earth that the equator cuts off.
  EXPECT_NEAR(*geodesic_area_m2(wkb_of("POLYGON((0 0, 120 0, -120 0, 0 0))")), kEarthAreaM2 / 2, 2);
  const double outer = *geodesic_area_m2(wkb_of("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))"));
  const double inner = *geodesic_area_m2(wkb_of("POLYGON((1 1, 2 1, 2 2, 1 2, 1 1))"));
  EXPECT_NEAR(
      *geodesic_area_m2(wkb_of("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))")),
      outer - inner, 1e-3);
  EXPECT_NEAR(*geodesic_area_m2(wkb_of("POLYGON((179 0, -179 0, -179 2, 179 2, 179 0))")),
              *geodesic_area_m2(wkb_of("POLYGON((9 0, 11 0, 11 2, 9 2, 9 0))")), 1e-3);
  EXPECT_EQ(*geodesic_area_m2(wkb_of("POLYGON EMPTY")), 0);
  EXPECT_EQ(*geodesic_area_m2(wkb_of("LINESTRING(0 0, 1 1)")), 0);
}

TEST(Geodesic, WhatIsNoDegrees) {
  for (const char* wkt :
       {"LINESTRING(0 0, 0 90.001)", "LINESTRING(583000 4507000, 583001 4507000)"}) {
    const auto length = geodesic_length_m(wkb_of(wkt));
    ASSERT_FALSE(length.ok()) << wkt;
    EXPECT_EQ(length.error().code, Code::kBadValue);
    EXPECT_NE(length.error().message.find("degrees"), std::string::npos);
  }
  const std::string line = wkb_of("LINESTRING(0 0, 1 1)");
  EXPECT_FALSE(geodesic_length_m(line.substr(0, 30)).ok());
}

}  // namespace
}  // namespace rhumb
