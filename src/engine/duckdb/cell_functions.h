#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace rhumb {

/// Registers the functions of geohashes, quadkeys and tiles: those of the catalogue
/// (engine/functions/), and what its macros make theirs of, as C++ gives geometry no SRID:
///   rhumb_geohash_box(text [, precision]), rhumb_geohash_centre(text [, precision]),
///   rhumb_quadkey_box(text) -> GEOMETRY
[[nodiscard]] Status register_cell_functions(duckdb_connection connection);

}  // namespace rhumb
