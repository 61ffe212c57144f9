#pragma once

#include <string>

namespace rhumb {

/// A double has no more bits to give than 20 characters hold.
inline constexpr int kMaxGeohashLength = 20;

/// The geohash cell of a point: `length` (1 to kMaxGeohashLength) characters of base 32, five bits
/// each, halving longitude and latitude in turn. REQUIRES: |longitude| <= 180, |latitude| <= 90.
/// A point on the line between two halves belongs to the eastern or northern one.
[[nodiscard]] std::string geohash(double longitude, double latitude, int length);

}  // namespace rhumb
