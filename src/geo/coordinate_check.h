#pragma once

#include <cstdint>
#include <optional>

#include "geo/box.h"
#include "geo/wkb.h"

namespace rhumb {

enum class CoordinateFault : uint8_t {
  kNone,
  kNotFinite,
  kOutOfRange,   ///< longitude beyond 180 or latitude beyond 90 degrees
  kSwappedAxes,  ///< the same, and valid when x and y change places
  kNullIsland,   ///< every coordinate is (0, 0)
  kOutsideExtent,
};

/// What coordinates of one column must obey.
struct CoordinateRules {
  bool geographic = false;  ///< x and y are degrees of longitude and latitude
  bool refuse_null_island = false;
  std::optional<GeoBox> extent;
};

/// True for the geographic systems of EPSG in common use (WGS 84, NAD 83, ETRS 89...).
[[nodiscard]] bool is_geographic(int srid);

/// What a space-filling curve over the coordinates of that system goes through: the globe, or the
/// square that holds every projected system in common use, in metres or feet.
[[nodiscard]] GeoBox curve_extent(int srid);

/// The rules of a coordinate system: range where it is geographic, no (0, 0) where that is a place
/// in the Gulf of Guinea (geographic systems and web Mercator).
[[nodiscard]] CoordinateRules coordinate_rules(int srid);

[[nodiscard]] CoordinateFault check_point(const CoordinateRules& rules, double x, double y);

/// A whole geometry by its box; EMPTY has no fault.
[[nodiscard]] CoordinateFault check_geometry(const CoordinateRules& rules,
                                             const WkbSummary& summary);

}  // namespace rhumb
