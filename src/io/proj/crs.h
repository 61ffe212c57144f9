#pragma once

#include <string>

#include "base/result.h"

namespace rhumb {

/// The definition of EPSG:`srid` as PROJJSON on one line, from PROJ's database. kNotFound when the
/// database does not hold that code. Thread-safe; some milliseconds, so ask once per file.
[[nodiscard]] Result<std::string> projjson_of(int srid);

}  // namespace rhumb
