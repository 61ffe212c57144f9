#pragma once

#include <algorithm>
#include <limits>

#include "geo/box_tree.h"
#include "geo/wkb.h"

namespace rhumb {

/// The square of not more than the planar distance of anything in one box to anything in the other,
/// to be compared with square_of_reach. Boxes without end are taken as they are; 0 where they meet.
[[nodiscard]] inline double least_planar_square(const CoarseBox& a, const CoarseBox& b) {
  const auto gap = [](float low, float high, float other_low, float other_high) {
    const double below = static_cast<double>(other_low) - static_cast<double>(high);
    const double above = static_cast<double>(low) - static_cast<double>(other_high);
    return std::max({below, above, 0.0});
  };
  const double dx = gap(a.xmin, a.xmax, b.xmin, b.xmax);
  const double dy = gap(a.ymin, a.ymax, b.ymin, b.ymax);
  return dx * dx + dy * dy;
}

/// Not less than least_planar_square of boxes with something as near as `reach`: rounding errors of
/// distances, and of squares that underflow, are allowed for. NaN stays what it is, negative ones
/// reach nothing.
[[nodiscard]] inline double square_of_reach(double reach) {
  constexpr double kRounding = 1 + 1e-11, kUnderflow = std::numeric_limits<double>::min();
  return reach >= 0 ? reach * reach * kRounding + kUnderflow : reach;
}

/// A box that everything in the plane not farther than `reach` from the box meets; for a reach that
/// is no number one that nothing meets.
[[nodiscard]] CoarseBox grown_box(const CoarseBox& box, double reach);

/// Not more than the distance in metres on the sphere from p to anything in the box, in degrees;
/// longitudes count modulo 360, latitudes beyond a pole give 0.
[[nodiscard]] double least_sphere_distance_m(const CoarseBox& box, Position p);

}  // namespace rhumb
