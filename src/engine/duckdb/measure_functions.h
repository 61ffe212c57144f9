#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace rhumb {

/// Registers the distances, lengths, areas and directions on the sphere and the ellipsoid that the
/// catalogue (engine/functions/) describes, and what its planar ones are made from:
///   rhumb_distance(geometry, geometry) -> DOUBLE, NULL with EMPTY
///   rhumb_dwithin(geometry, geometry, distance) -> BOOLEAN, false with EMPTY
[[nodiscard]] Status register_measure_functions(duckdb_connection connection);

}  // namespace rhumb
