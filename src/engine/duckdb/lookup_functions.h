#pragma once

#include <duckdb.h>

#include "base/result.h"
#include "engine/duckdb/lookup_store.h"

namespace rhumb {

/// Registers what the SQL that transform/ writes asks a lookup with. `name` is that of a
/// component/engine.h Lookup, `relation` one of intersects, contains, within, covers, covered_by,
/// contains_properly, touches, crosses, overlaps, equals, dwithin, dwithin_sphere, read as
/// relation(indexed, probe); both are constants. `distance` (units of the coordinates; metres for
/// dwithin_sphere) belongs to the last two; NULL and negative ones match nothing.
///
///   rhumb_matches(name, relation, probe GEOMETRY [, distance DOUBLE]) -> BIGINT[]
///     the rhumb_row of each match, ascending; [] for none and for a NULL probe
///   rhumb_matches_outer(...)     the same with [NULL] for none
///   rhumb_has_match(...) -> BOOLEAN, never NULL
///   rhumb_nearest(name, probe, k BIGINT [, max_distance DOUBLE])
///       -> STRUCT("row" BIGINT, distance DOUBLE)[]
///     the k nearest, nearest first; [] for none and for a NULL argument
///   rhumb_nearest_outer(...)         the same with [NULL] for none
///   rhumb_nearest_sphere(...), rhumb_nearest_sphere_outer(...)
///     in metres on the sphere; points only
///
/// And rhumb_collect(row BIGINT, GEOMETRY) -> BIGINT, with which make_lookup fills an index while
/// its table is made. `store` must outlive the database.
[[nodiscard]] Status register_lookup_functions(duckdb_connection connection, LookupStore& store);

}  // namespace rhumb
