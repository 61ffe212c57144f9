#include "geo/box_distance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "geo/distance.h"

namespace rhumb {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

bool has_longitude(double west, double east, double x) {
  if (!(east - west < 360)) return true;
  const double east_of_west = std::remainder(x - west - 180, 360) + 180;  // 0 to 360
  return east_of_west <= east - west || east_of_west >= 360;
}

// Along a meridian, the cosine of the distance is itself a cosine of the latitude with its summit
// at the foot of the perpendicular: the nearest latitude is that, or an end.
double to_meridian_m(Position p, double longitude, double south, double north) {
  const double apart = (longitude - p.x) * kDegree;
  const double foot =
      std::atan2(std::sin(p.y * kDegree), std::cos(p.y * kDegree) * std::cos(apart)) / kDegree;
  double least =
      std::min(sphere_distance_m(p, {longitude, south}), sphere_distance_m(p, {longitude, north}));
  if (south <= foot && foot <= north) {
    least = std::min(least, sphere_distance_m(p, {longitude, foot}));
  }
  return least;
}

}  // namespace

CoarseBox grown_box(const CoarseBox& box, double reach) {
  constexpr double kRounding = 1e-12;
  const auto out = [&](float edge, double sign) {
    const double at = edge;
    return at + sign * (reach + kRounding * (std::fabs(at) + std::fabs(reach)));
  };
  return CoarseBox({out(box.xmin, -1), out(box.ymin, -1), out(box.xmax, 1), out(box.ymax, 1)});
}

double least_sphere_distance_m(const CoarseBox& box, Position p) {
  constexpr double kRounding = 1 - 1e-9, kRoundingM = 1e-3;
  const double west = box.xmin, south = box.ymin, east = box.xmax, north = box.ymax;
  if (!(south >= -90 && north <= 90 && std::fabs(p.y) <= 90)) return 0;
  double least = 0;
  if (has_longitude(west, east, p.x)) {
    least = std::max({south - p.y, p.y - north, 0.0}) * kDegree * kEarthRadiusM;
  } else {
    least = std::min(to_meridian_m(p, west, south, north), to_meridian_m(p, east, south, north));
  }
  return std::max(0.0, least * kRounding - kRoundingM);
}

}  // namespace rhumb
