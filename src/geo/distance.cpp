#include "geo/distance.h"

#include <cmath>
#include <numbers>

namespace rhumb {

// The haversine loses digits near antipodes and the law of cosines near zero; this form of it
// (T. Vincenty, Survey Review XXIII, 1975, for a flattening of 0) loses them nowhere.
double sphere_distance_m(Position a, Position b) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double lat_a = a.y * kRadians, lat_b = b.y * kRadians;
  const double delta = (b.x - a.x) * kRadians;
  const double sin_a = std::sin(lat_a), cos_a = std::cos(lat_a);
  const double sin_b = std::sin(lat_b), cos_b = std::cos(lat_b);
  const double sin_d = std::sin(delta), cos_d = std::cos(delta);
  const double across = cos_b * sin_d;
  const double along = cos_a * sin_b - sin_a * cos_b * cos_d;
  const double far = std::sqrt(across * across + along * along);
  return kEarthRadiusM * std::atan2(far, sin_a * sin_b + cos_a * cos_b * cos_d);
}

}  // namespace rhumb
