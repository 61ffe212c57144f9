#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/pg/connection.h"
#include "io/pg/name.h"

namespace rhumb {

/// Statements that give the table `to` the row-level security of the table `from`: whether it is
/// on, whether it binds the owner too, and every policy. Empty when `from` never had any.
[[nodiscard]] Result<std::vector<std::string>> row_security_of(PgConnection& connection,
                                                               uint32_t from, const PgName& to);

}  // namespace rhumb
