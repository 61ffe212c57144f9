#include "geo/orientation.h"

#include <gtest/gtest.h>

#include <random>

#include "geo/wide_integer.h"

namespace rhumb {
namespace {

int by_integers(Position a, Position b, Position c) {
  return compare_products(difference(a.x, c.x), difference(b.y, c.y), difference(a.y, c.y),
                          difference(b.x, c.x));
}

TEST(OrientationTest, KnownTurns) {
  EXPECT_EQ(orientation({0, 0}, {1, 0}, {0, 1}), 1);
  EXPECT_EQ(orientation({0, 0}, {1, 0}, {0, -1}), -1);
  EXPECT_EQ(orientation({0, 0}, {2, 2}, {1, 1}), 0);
  // Doubles that the determinant in doubles gets wrong (Kettner et al. 2008).
  EXPECT_EQ(orientation({12, 12}, {24, 24}, {0.5, 0.5}), 0);
  EXPECT_EQ(orientation({12, 12}, {24, 24}, {0.5, std::nextafter(0.5, 1)}), 1);
  EXPECT_EQ(orientation({12, 12}, {24, 24}, {0.5, std::nextafter(0.5, 0)}), -1);
}

TEST(OrientationTest, TheSmallestAndTheLargestDoubles) {
  const double least = 5e-324, most = 1.7976931348623157e308;
  EXPECT_EQ(orientation({0, 0}, {least, 0}, {0, least}), 1);
  EXPECT_EQ(orientation({-most, -most}, {most, most}, {0, 0}), 0);
  EXPECT_EQ(orientation({-most, -most}, {most, most}, {0, least}), 1);
  EXPECT_EQ(orientation({-most, -most}, {most, most}, {least, 0}), -1);
  EXPECT_EQ(orientation({0, 0}, {1e-300, 1e-300}, {1e300, 1e300}), 0);
  EXPECT_EQ(orientation({0, 0}, {1e-300, 1e-300}, {1e300, std::nextafter(1e300, 0)}), -1);
  EXPECT_EQ(orientation({1e-160, 0}, {0, 1e-160}, {0, 0}), 1);
}

TEST(OrientationTest, IntegersAgreeWith128Bits) {
  __extension__ using Int128 = __int128;
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto number = [&] { return static_cast<int64_t>(random() % (1ULL << 53)); };
    const int64_t ax = number(), ay = number(), bx = number(), by = number();
    int64_t cx = number(), cy = number();
    if (i % 2 == 0) {  // on the line or one beside it
      cx = ax / 2 + bx / 2;
      cy = ay / 2 + by / 2 + static_cast<int64_t>(random() % 3) - 1;
    }
    const Int128 det = Int128{ax - cx} * (by - cy) - Int128{ay - cy} * (bx - cx);
    const auto at = [](int64_t x, int64_t y) {
      return Position{static_cast<double>(x), static_cast<double>(y)};
    };
    EXPECT_EQ(orientation(at(ax, ay), at(bx, by), at(cx, cy)), det > 0 ? 1 : (det < 0 ? -1 : 0));
  }
}

// The two exact ways have nothing in common but the question.
TEST(OrientationTest, ExpansionsAgreeWithIntegers) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> any(-1, 1);
  std::uniform_int_distribution<int> exponent(-380, 480), few(-3, 3);
  int zeros = 0;
  for (int i = 0; i < 40'000; ++i) {
    const int power = exponent(random);
    const auto number = [&] { return std::ldexp(any(random), power + 8 * few(random)); };
    const Position a{number(), number()}, b{number(), number()};
    const double t = any(random);
    Position c{a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
    if (i % 3 == 0) c = {a.x / 2 + b.x / 2, a.y / 2 + b.y / 2};
    for (int k = few(random); k > 0; --k) c.x = std::nextafter(c.x, 2 * c.x);
    const int expected = by_integers(a, b, c);
    zeros += expected == 0 ? 1 : 0;
    ASSERT_EQ(exact_orientation(a, b, c), expected);
    ASSERT_EQ(orientation(a, b, c), expected);
    ASSERT_EQ(orientation(b, a, c), -expected);
    ASSERT_EQ(orientation(b, c, a), expected);
  }
  EXPECT_GT(zeros, 100);
}

TEST(OrientationTest, SegmentsHaveTheirEnds) {
  EXPECT_TRUE(on_segment({0, 0}, {2, 4}, {2, 4}));
  EXPECT_TRUE(on_segment({0, 0}, {2, 4}, {1, 2}));
  EXPECT_TRUE(on_segment({2, 4}, {0, 0}, {0, 0}));
  EXPECT_TRUE(on_segment({1, 1}, {1, 1}, {1, 1}));
  EXPECT_FALSE(on_segment({0, 0}, {2, 4}, {3, 6}));
  EXPECT_FALSE(on_segment({0, 0}, {2, 4}, {1, std::nextafter(2, 3)}));
}

}  // namespace
}  // namespace rhumb
