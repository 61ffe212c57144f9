#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace rhumb {

/// Registers internal functions, from which macros and the writer make what they need:
///   rhumb_bbox(geometry) -> STRUCT(xmin, ymin, xmax, ymax FLOAT), rounded outwards; NULL
///     for NULL, a box of NULLs for EMPTY (GeoParquet wants a box wherever there is a geometry)
///   rhumb_hilbert(geometry, xmin, ymin, xmax, ymax) -> UINTEGER, of the centre of its box
///   rhumb_snap_to_grid(point, size) -> GEOMETRY without a CRS
/// The first two also take WKB as a BLOB.
[[nodiscard]] Status register_scalar_functions(duckdb_connection connection);

}  // namespace rhumb
