#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace rhumb {

/// Registers the cells of H3 that the catalogue (engine/functions/) describes, and what two of them
/// are made from:
///   rhumb_h3_centre(cell), rhumb_h3_outline(cell) -> GEOMETRY without a CRS
[[nodiscard]] Status register_h3_functions(duckdb_connection connection);

}  // namespace rhumb
