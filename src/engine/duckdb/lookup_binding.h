#pragma once

#include <optional>

#include <duckdb.h>

#include "base/result.h"
#include "engine/duckdb/lookup_store.h"
#include "geo/spatial_relation.h"

namespace rhumb {

/// What one use of a lookup function in a statement is about, found once when it is bound.
struct LookupBinding {
  SpatialIndex index;
  SpatialRelation relation = SpatialRelation::kIntersects;
  /// Of kDWithin and kDWithinSphere when it is the same for all rows; NaN (matches nothing) for
  /// NULL.
  std::optional<double> distance;
};

/// Of rhumb_matches and its kin, from their arguments.
[[nodiscard]] Result<LookupBinding> bind_relation(duckdb_bind_info info, const LookupStore& store);
/// Of rhumb_nearest and its kin.
[[nodiscard]] Result<LookupBinding> bind_nearest(duckdb_bind_info info, const LookupStore& store);

}  // namespace rhumb
