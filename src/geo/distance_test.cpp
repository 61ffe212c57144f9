#include "geo/distance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace rhumb {
namespace {

TEST(Distance, KnownValues) {
  const double degree = kEarthRadiusM * std::numbers::pi / 180;
  EXPECT_NEAR(sphere_distance_m({0, 0}, {0, 1}), degree, 1e-6);
  EXPECT_NEAR(sphere_distance_m({0, 0}, {1, 0}), degree, 1e-6);
  EXPECT_NEAR(sphere_distance_m({10, 60}, {11, 60}), 55597.0, 1);  // half as long at 60 degrees
  EXPECT_NEAR(sphere_distance_m({0, 90}, {123, 90}), 0, 1e-6);
  EXPECT_NEAR(sphere_distance_m({179.5, 0}, {-179.5, 0}), degree, 1e-6);
  EXPECT_EQ(sphere_distance_m({7.67, 44.99}, {7.67, 44.99}), 0);
  EXPECT_TRUE(std::isnan(sphere_distance_m({NAN, 0}, {0, 0})));
}

TEST(Distance, KeepsItsDigitsNearZeroAndAtAntipodes) {
  const double degree = kEarthRadiusM * std::numbers::pi / 180;
  EXPECT_NEAR(sphere_distance_m({7, 45}, {7, 45 + 1e-8}), 1e-8 * degree, 1e-8);
  EXPECT_NEAR(sphere_distance_m({0, 0}, {180, 1e-7}), 180 * degree - 1e-7 * degree, 1e-6);
}

TEST(Distance, AgreesWithTheHaversine) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> lon(-180, 180), lat(-80, 80);
  for (int i = 0; i < 10'000; ++i) {
    const Position a{lon(random), lat(random)}, b{lon(random), lat(random)};
    const double rad = std::numbers::pi / 180;
    const double s = std::sin((b.y - a.y) * rad / 2), t = std::sin((b.x - a.x) * rad / 2);
    const double h = s * s + std::cos(a.y * rad) * std::cos(b.y * rad) * t * t;
    ASSERT_NEAR(sphere_distance_m(a, b), 2 * kEarthRadiusM * std::asin(std::sqrt(h)), 0.01);
    ASSERT_NEAR(sphere_distance_m(a, b), sphere_distance_m(b, a), 1e-6);
  }
}

}  // namespace
}  // namespace rhumb
