#include "geo/box_distance.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace rhumb {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

CoarseBox at(double x, double y, double width = 0) {
  return CoarseBox({x, y, x + width, y + width});
}

TEST(BoxDistance, IsNeverMoreThanTheTrueOneNorMuchLess) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> exponent(-30, 30);
  for (int i = 0; i < 10000; ++i) {
    // Boxes are as coarse as floats.
    const auto x = static_cast<double>(static_cast<float>(std::pow(10, exponent(random))));
    const auto y = static_cast<double>(static_cast<float>(std::pow(10, exponent(random))));
    const double least = least_planar_square(at(0, 0), at(x, y)), apart = std::hypot(x, y);
    EXPECT_LE(least, square_of_reach(apart));
    EXPECT_GT(least, square_of_reach(apart * (1 - 1e-6)));
  }
  EXPECT_EQ(least_planar_square(at(0, 0, 4), at(1, 2)), 0);
}

TEST(BoxDistance, WhatIsWithinReachMeetsTheGrownBox) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> number(-1000, 1000);
  size_t beyond = 0;
  for (int i = 0; i < 20000; ++i) {
    const CoarseBox box = at(number(random), number(random), 1),
                    other = at(number(random), number(random));
    // Just as far as the other one is, and less.
    const double apart = std::sqrt(least_planar_square(box, other));
    EXPECT_TRUE(other.meets(grown_box(box, apart)));
    if (!other.meets(grown_box(box, apart * 0.6))) ++beyond;
  }
  EXPECT_GT(beyond, 5000U);
}

TEST(BoxDistance, SquaresThatUnderflowOrOverflowReachWhatTheyShould) {
  for (const double apart : {0.0, 1e-320, 3e-162, 1e-160, 1e-150, 1e150, 1e160, 1e300, kInfinity}) {
    EXPECT_LE(apart * apart, square_of_reach(apart)) << apart;
  }
  EXPECT_LT(square_of_reach(1e-100), 1e-190);
  EXPECT_FALSE(0 <= square_of_reach(-1));
  EXPECT_FALSE(0 <= square_of_reach(std::nan("")));
}

TEST(BoxDistance, AReachWithoutEndReachesEverythingAndNoNumberNothing) {
  EXPECT_TRUE(at(1e30, -1e30).meets(grown_box(at(0, 0), kInfinity)));
  EXPECT_FALSE(at(0, 0).meets(grown_box(at(0, 0), std::nan(""))));
  EXPECT_FALSE(at(0, 0).meets(grown_box(at(0, 0), -1)));
  EXPECT_TRUE(at(3, 0).meets(grown_box(at(3, 0), 0)));
}

}  // namespace
}  // namespace rhumb
