#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// Asks GEOS whether geometries are valid, and makes them so. Not thread-safe; cheap to make, so
/// one per thread. A copy is a new one.
class GeometryMender {
 public:
  GeometryMender();
  GeometryMender(const GeometryMender&) : GeometryMender() {}
  GeometryMender& operator=(const GeometryMender&) { return *this; }
  ~GeometryMender();

  /// What is wrong in the simple-features sense and where (`Self-intersection at (1 2)`), or "".
  /// Points and lines are always valid. REQUIRES: well-formed ISO WKB.
  [[nodiscard]] std::string flaw(std::string_view wkb);

  /// The valid geometry nearest to the given one: areas stay areas (GEOS's "structure" method),
  /// what collapses to lines or points is dropped. kBadValue when nothing is left, or when the
  /// geometry has measures, which GEOS would drop.
  Result<std::string> mend(std::string_view wkb);

  /// Longitudes that run on beyond 180 degrees are cut there and what lies beyond is brought back
  /// to the range. REQUIRES: well-formed ISO WKB in degrees without measures, longitudes from -180
  /// to 540. kBadValue when that cannot be done.
  Result<std::string> cut_at_antimeridian(std::string_view wkb);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rhumb
