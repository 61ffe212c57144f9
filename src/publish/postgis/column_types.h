#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/schema.h"
#include "io/pg/connection.h"
#include "publish/postgis/copy_encode.h"

namespace rhumb {

/// PostgreSQL's name of a type; `postgis` is the quoted schema the extension lies in, with a dot.
[[nodiscard]] std::string pg_type_sql(const Type& type, const std::string& postgis);

/// The quoted schema of the PostGIS extension and a dot, "" when it is not installed.
[[nodiscard]] Result<std::string> find_postgis(PgConnection& connection);

/// The types that the columns of a new table get, asked from the server without making anything.
/// `pinned` maps column names to PostgreSQL types and wins.
[[nodiscard]] Result<std::vector<PgColumnType>> resolve_column_types(
    PgConnection& connection, const Schema& schema,
    const std::map<std::string, std::string>& pinned);

}  // namespace rhumb
