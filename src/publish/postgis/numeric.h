#pragma once

#include "io/pg/wire.h"

namespace rhumb {

__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using): `using` is not allowed to say so

/// The value `unscaled / 10^scale` as PostgreSQL's binary numeric, its length before it. Exact.
/// REQUIRES: scale <= 38
void put_numeric(Int128 unscaled, int scale, PgBuffer& out);

}  // namespace rhumb
