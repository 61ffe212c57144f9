#pragma once

#include "io/pg/wire.h"

namespace rhumb {

__extension__ using Int128 = __int128;

/// The value `unscaled / 10^scale` as PostgreSQL's binary numeric, its length before it. Exact.
/// REQUIRES: scale <= 38
void put_numeric(Int128 unscaled, int scale, PgBuffer& out);

}  // namespace rhumb
