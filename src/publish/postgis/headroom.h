#pragma once

#include <string>

#include "base/result.h"
#include "io/pg/connection.h"

namespace rhumb {

/// Refuses with kDiskFull when the file system of the server's data folder has less room than
/// another copy of the relation needs (table, indexes and a tenth more). "" when there is room,
/// otherwise why it could not be seen: servers on other machines do not tell.
[[nodiscard]] Result<std::string> look_at_headroom(PgConnection& connection, uint32_t relation);

}  // namespace rhumb
