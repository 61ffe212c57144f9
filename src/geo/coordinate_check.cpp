#include "geo/coordinate_check.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace rhumb {
namespace {

constexpr GeoBox kWorld = {-180, -90, 180, 90};

GeoBox swapped(const GeoBox& box) {
  return {box[1], box[0], box[3], box[2]};
}

CoordinateFault check_box(const CoordinateRules& rules, const GeoBox& box) {
  if (rules.geographic && !contains(kWorld, box)) {
    return contains(kWorld, swapped(box)) ? CoordinateFault::kSwappedAxes
                                          : CoordinateFault::kOutOfRange;
  }
  if (rules.refuse_null_island && box == GeoBox{0, 0, 0, 0}) return CoordinateFault::kNullIsland;
  if (rules.extent && !contains(*rules.extent, box)) return CoordinateFault::kOutsideExtent;
  return CoordinateFault::kNone;
}

}  // namespace

bool is_geographic(int srid) {
  constexpr std::array kKnown = {4326, 4979, 4269, 4267, 4258, 4283, 7844, 4674, 4490, 4612};
  return std::find(kKnown.begin(), kKnown.end(), srid) != kKnown.end();
}

GeoBox curve_extent(int srid) {
  constexpr double kHalf = 2.1e7;
  return is_geographic(srid) ? GeoBox{-180, -90, 180, 90} : GeoBox{-kHalf, -kHalf, kHalf, kHalf};
}

CoordinateRules coordinate_rules(int srid) {
  const bool geographic = is_geographic(srid);
  return {.geographic = geographic, .refuse_null_island = geographic || srid == 3857, .extent = {}};
}

CoordinateFault check_point(const CoordinateRules& rules, double x, double y) {
  if (!std::isfinite(x) || !std::isfinite(y)) return CoordinateFault::kNotFinite;
  return check_box(rules, {x, y, x, y});
}

CoordinateFault check_geometry(const CoordinateRules& rules, const WkbSummary& summary) {
  if (!summary.finite) return CoordinateFault::kNotFinite;
  if (summary.points == 0) return CoordinateFault::kNone;
  return check_box(rules, summary.box);
}

}  // namespace rhumb
