#include "geo/geohash.h"

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

TEST(Geohash, BoxesHoldWhatWasEncoded) {
  EXPECT_EQ(geohash_box("s"), (GeoBox{0, 0, 45, 45}));
  EXPECT_EQ(geohash_box("S0"), (GeoBox{0, 0, 11.25, 5.625}));
  EXPECT_EQ(geohash_box("zzz")->at(2), 180);
  EXPECT_EQ(geohash_box("zzz")->at(3), 90);
  for (int n = 1; n <= kMaxGeohashLength; ++n) {
    const GeoBox box = *geohash_box(geohash(7.686856, -45.070312, n));
    EXPECT_TRUE(box[0] <= 7.686856 && 7.686856 <= box[2]) << n;
    EXPECT_TRUE(box[1] <= -45.070312 && -45.070312 <= box[3]) << n;
  }
}

TEST(Geohash, WhatIsNone) {
  for (const char* text : {"", "a", "s0i", "s 0", "s\xc3\xa9", "000000000000000000000"}) {
    EXPECT_FALSE(geohash_box(text)) << text;
    EXPECT_FALSE(geohash_neighbour(text, 1, 0)) << text;
  }
}

TEST(Geohash, Neighbours) {
  EXPECT_EQ(geohash_neighbour("dqcjq", 0, 1), "dqcjw");
  EXPECT_EQ(geohash_neighbour("dqcjq", -1, -1), "dqcjj");
  EXPECT_EQ(geohash_neighbour("s", 0, 0), "s");
}

TEST(Geohash, NeighboursAcrossTheAntimeridianAndAtThePoles) {
  EXPECT_EQ(geohash_neighbour("z", 1, 0), "b");
  EXPECT_EQ(geohash_neighbour("b", -1, 0), "z");
  EXPECT_EQ(geohash_neighbour("z", 0, 1), "");
  EXPECT_EQ(geohash_neighbour("0", 0, -1), "");
  EXPECT_EQ(geohash_neighbour("zzzzzzzzzzzzzzzzzzzz", 1, 0), "bpbpbpbpbpbpbpbpbpbp");
}

// Every cell has the neighbour whose box begins where its own ends.
TEST(Geohash, NeighboursTouch) {
  for (double longitude = -170; longitude < 180; longitude += 23.7) {
    for (double latitude = -80; latitude < 80; latitude += 17.3) {
      for (int n = 1; n <= 8; ++n) {
        const std::string cell = geohash(longitude, latitude, n);
        const GeoBox box = *geohash_box(cell);
        const std::string north = *geohash_neighbour(cell, 0, 1);
        if (!north.empty()) {
          EXPECT_EQ(geohash_box(north)->at(1), box[3]);
          EXPECT_EQ(geohash_box(north)->at(0), box[0]);
        }
        const GeoBox east = *geohash_box(*geohash_neighbour(cell, 1, 0));
        EXPECT_EQ(east[0], box[2] == 180 ? -180 : box[2]);
        EXPECT_EQ(east[1], box[1]);
      }
    }
  }
}

}  // namespace
}  // namespace rhumb
