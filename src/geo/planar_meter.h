#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "geo/geometry_store.h"
#include "geo/pair_tester.h"

namespace rhumb {

/// Measures between two geometries in the plane, as PostGIS's ST_Distance does: what a search of
/// the index says of the same pair. Keeps its memory from pair to pair. Of one thread.
class PlanarMeter {
 public:
  PlanarMeter();

  /// Units of the coordinates; 0 where they meet, nothing when either is EMPTY or has coordinates
  /// that are no numbers. kBadValue for malformed WKB and what GEOS cannot work with. O(positions)
  /// when one is a point.
  [[nodiscard]] Result<std::optional<double>> distance(std::string_view a_wkb,
                                                       std::string_view b_wkb);

 private:
  GeometryStore row_, probe_;
  std::unique_ptr<PairTester> tester_;  ///< has the address of row_
};

}  // namespace rhumb
