#include "engine/functions/geohash.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(Geohash, KnownCells) {
  EXPECT_EQ(geohash(10.40744, 57.64911, 11), "u4pruydqqvj");  // Skagen, the scheme's own example
  EXPECT_EQ(geohash(-5.6, 42.6, 5), "ezs42");
  EXPECT_EQ(geohash(-126, 48, 20), "c0w3hf1s70w3hf1s70w3");  // as the PostGIS manual prints it
  EXPECT_EQ(geohash(0, 0, 4), "s000");
}

TEST(Geohash, Corners) {
  EXPECT_EQ(geohash(-180, -90, 3), "000");
  EXPECT_EQ(geohash(180, 90, 3), "zzz");
}

TEST(Geohash, LongerIsWithinShorter) {
  const std::string whole = geohash(7.686856, 45.070312, kMaxGeohashLength);
  ASSERT_EQ(whole.size(), 20U);
  for (int n = 1; n <= kMaxGeohashLength; ++n) {
    EXPECT_EQ(geohash(7.686856, 45.070312, n), whole.substr(0, static_cast<size_t>(n)));
  }
}

}  // namespace
}  // namespace rhumb
