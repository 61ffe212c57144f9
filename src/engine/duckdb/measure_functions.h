#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace rhumb {

/// Registers the distances, lengths, areas and directions on the sphere and the ellipsoid that the
/// catalogue (engine/functions/) describes.
[[nodiscard]] Status register_measure_functions(duckdb_connection connection);

}  // namespace rhumb
