#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "geo/box.h"

namespace rhumb {

/// The deepest level of tiles that is offered: a tile then is 4 cm wide at the equator.
inline constexpr int kMaxTileZoom = 30;

/// One of the 2^zoom x 2^zoom squares of web Mercator; (0, 0) is in the north-west.
struct WebTile {
  int zoom = 0;
  int64_t x = 0;
  int64_t y = 0;
  bool operator==(const WebTile&) const = default;
};

[[nodiscard]] bool is_web_tile(const WebTile& tile);

/// The tile of a point in degrees; a point on a border belongs to the eastern or southern one.
/// Beyond the projection's latitudes of +-85.0511... it is the outermost tile.
/// REQUIRES: |longitude| <= 180, |latitude| <= 90, 0 <= zoom <= kMaxTileZoom.
[[nodiscard]] WebTile web_tile_at(double longitude, double latitude, int zoom);

/// In degrees of longitude and latitude. REQUIRES: is_web_tile(tile).
[[nodiscard]] GeoBox web_tile_box(const WebTile& tile);

/// The quadkey of a tile: a digit 0 to 3 for each level, "" for the whole world.
/// REQUIRES: is_web_tile(tile).
[[nodiscard]] std::string quadkey(const WebTile& tile);

/// Nothing for a text that is no quadkey of at most kMaxTileZoom digits.
[[nodiscard]] std::optional<WebTile> parse_quadkey(std::string_view text);

}  // namespace rhumb
