#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "io/pg/connection.h"

namespace rhumb {

/// Runs a statement once for each row of parameters, without waiting for one before the next is
/// sent. The first failure is returned; within a transaction, that is then failed as a whole.
/// Outside of one, the rows up to a failure may have been kept. O(rows), with the memory of a few
/// hundred.
[[nodiscard]] Status run_pipelined(PgConnection& connection, const std::string& sql,
                                   std::span<const PgParameters> rows);

}  // namespace rhumb
