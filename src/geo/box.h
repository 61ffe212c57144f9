#pragma once

#include <algorithm>
#include <array>
#include <limits>

namespace rhumb {

/// xmin, ymin, xmax, ymax; for geographic coordinates longitude is x. The same shape as
/// component's Box.
using GeoBox = std::array<double, 4>;

/// The box that holds nothing: extending it by a point gives the box of that point.
inline constexpr GeoBox kEmptyBox = {
    std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
    -std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};

inline void extend(GeoBox& box, double x, double y) {
  box[0] = std::min(box[0], x);
  box[1] = std::min(box[1], y);
  box[2] = std::max(box[2], x);
  box[3] = std::max(box[3], y);
}

/// Boundaries belong to both boxes.
[[nodiscard]] inline bool contains(const GeoBox& outer, const GeoBox& inner) {
  return inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] &&
         inner[3] <= outer[3];
}

}  // namespace rhumb
