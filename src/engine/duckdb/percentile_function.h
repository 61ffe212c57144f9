#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace rhumb {

/// Registers the aggregate rhumb_percentile(value DOUBLE, fraction DOUBLE) -> DOUBLE: the exact
/// percentile between the two nearest values in order, as quantile_cont has it to the last bit; NaN
/// is the greatest value, NULL values are left out, NULL when there is none. The fraction, from 0
/// to 1, must be the same in all rows. Must not be called with ORDER BY, which crashes aggregates
/// of the C interface. O(n) time and 8 bytes per value; the first few of a group need no memory of
/// their own (docs/decisions/exact-medians.md).
[[nodiscard]] Status register_percentile_function(duckdb_connection connection);

}  // namespace rhumb
