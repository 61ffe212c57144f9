#include "geo/hilbert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace rhumb {
namespace {

constexpr GeoBox kUnit = {0, 0, 1, 1};

TEST(Hilbert, BeginsAndEndsAtTheLowerCorners) {
  EXPECT_EQ(hilbert_index(0, 0, kUnit), 0U);
  EXPECT_EQ(hilbert_index(1, 0, kUnit), 0xFFFFFFFFU);
}

TEST(Hilbert, VisitsEveryCellOnceAndStepsToNeighbours) {
  // The first two of sixteen bits per axis: the middles of a grid of 4 x 4.
  std::map<uint32_t, std::pair<int, int>> order;
  for (int x = 0; x < 4; ++x) {
    for (int y = 0; y < 4; ++y) {
      order[hilbert_index((x + 0.5) / 4, (y + 0.5) / 4, kUnit) >> 28] = {x, y};
    }
  }
  ASSERT_EQ(order.size(), 16U);
  for (auto a = order.begin(), b = std::next(a); b != order.end(); ++a, ++b) {
    const int step =
        std::abs(a->second.first - b->second.first) + std::abs(a->second.second - b->second.second);
    EXPECT_EQ(step, 1) << a->first;
  }
}

TEST(Hilbert, TakesAnyNumberAndAnyBox) {
  EXPECT_EQ(hilbert_index(-9, -9, kUnit), hilbert_index(0, 0, kUnit));
  EXPECT_EQ(hilbert_index(9, -9, kUnit), hilbert_index(1, 0, kUnit));
  EXPECT_EQ(hilbert_index(NAN, NAN, kUnit), 0U);
  EXPECT_EQ(hilbert_index(INFINITY, 0, kUnit), hilbert_index(1, 0, kUnit));
  EXPECT_EQ(hilbert_index(5, 5, {5, 5, 5, 5}), 0U);
  EXPECT_EQ(hilbert_index(0, 0, kEmptyBox), 0U);
}

}  // namespace
}  // namespace rhumb
