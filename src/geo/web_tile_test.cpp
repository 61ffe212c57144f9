#include "geo/web_tile.h"

#include <cmath>

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(WebTile, KnownTiles) {
  // Worked out by hand: 2^3 tiles, x = 3, y = 5 is 011 and 101, interleaved 2, 1, 3.
  EXPECT_EQ(quadkey({.zoom = 3, .x = 3, .y = 5}), "213");
  EXPECT_EQ(parse_quadkey("213"), (WebTile{.zoom = 3, .x = 3, .y = 5}));
  EXPECT_EQ(web_tile_at(0, 0, 0), (WebTile{.zoom = 0, .x = 0, .y = 0}));
  EXPECT_EQ(web_tile_at(-0.001, 0.001, 1), (WebTile{.zoom = 1, .x = 0, .y = 0}));
  EXPECT_EQ(web_tile_at(0, 0, 1), (WebTile{.zoom = 1, .x = 1, .y = 1}));  // a border
  EXPECT_EQ(web_tile_at(7.686856, 45.070312, 12), (WebTile{.zoom = 12, .x = 2135, .y = 1472}));
  EXPECT_EQ(quadkey({.zoom = 0}), "");
}

TEST(WebTile, TheWorldsEdges) {
  const int64_t last = (int64_t{1} << 30) - 1;
  EXPECT_EQ(web_tile_at(-180, 90, 30), (WebTile{.zoom = 30, .x = 0, .y = 0}));
  EXPECT_EQ(web_tile_at(180, -90, 30), (WebTile{.zoom = 30, .x = last, .y = last}));
  EXPECT_EQ(web_tile_at(180, 86, 5), (WebTile{.zoom = 5, .x = 31, .y = 0}));
  const GeoBox world = web_tile_box({.zoom = 0});
  EXPECT_EQ(world[0], -180);
  EXPECT_EQ(world[2], 180);
  EXPECT_NEAR(world[3], 85.05112877980659, 1e-12);
  EXPECT_EQ(world[1], -world[3]);
}

TEST(WebTile, BoxesHoldTheirPointsAndTouch) {
  for (double x = -179; x < 180; x += 31.3) {
    for (double y = -84; y < 85; y += 13.7) {
      for (int zoom = 0; zoom <= kMaxTileZoom; zoom += 3) {
        const WebTile tile = web_tile_at(x, y, zoom);
        ASSERT_TRUE(is_web_tile(tile));
        const GeoBox box = web_tile_box(tile);
        EXPECT_TRUE(box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3]) << x << " " << y;
        EXPECT_EQ(parse_quadkey(quadkey(tile)), tile);
        const WebTile below{.zoom = zoom, .x = tile.x, .y = tile.y + 1};
        if (is_web_tile(below)) {
          EXPECT_EQ(web_tile_box(below)[3], box[1]);
        }
      }
    }
  }
}

TEST(WebTile, WhatIsNone) {
  for (const char* text : {"4", "01a", " 0", "0000000000000000000000000000000"}) {
    EXPECT_FALSE(parse_quadkey(text)) << text;
  }
  EXPECT_FALSE(is_web_tile({.zoom = 1, .x = 2, .y = 0}));
  EXPECT_FALSE(is_web_tile({.zoom = 1, .x = 0, .y = -1}));
  EXPECT_FALSE(is_web_tile({.zoom = -1}));
  EXPECT_FALSE(is_web_tile({.zoom = 31}));
}

}  // namespace
}  // namespace rhumb
