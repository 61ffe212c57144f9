#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "geo/box.h"

namespace rhumb {

/// A double has no more bits to give than 20 characters hold.
inline constexpr int kMaxGeohashLength = 20;

/// The geohash cell of a point: `length` (1 to kMaxGeohashLength) characters of base 32, five bits
/// each, halving longitude and latitude in turn. REQUIRES: |longitude| <= 180, |latitude| <= 90.
/// A point on the line between two halves belongs to the eastern or northern one.
[[nodiscard]] std::string geohash(double longitude, double latitude, int length);

/// The cell in degrees; upper and lower case mean the same. Nothing for a text that is no geohash
/// of 1 to kMaxGeohashLength characters.
[[nodiscard]] std::optional<GeoBox> geohash_box(std::string_view text);

/// The cell of the same size `east` columns and `north` rows away (negative: west, south). The
/// world is round from east to west; "" beyond a pole. Nothing as geohash_box.
[[nodiscard]] std::optional<std::string> geohash_neighbour(std::string_view text, int east,
                                                           int north);

}  // namespace rhumb
