#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/inspect_view.h"
#include "project/project.h"

namespace rhumb {

/// Looks at up to `limit` rows (0 = all) of one snapshot of a table, as a source of the project
/// would read it; `table` is `schema.name` as in SQL. kUnknownName for a connection the project has
/// not, else what the database says.
[[nodiscard]] Result<InspectedFile> inspect_table(const Project& project,
                                                  const std::string& connection,
                                                  const std::string& table, uint64_t limit);

}  // namespace rhumb
