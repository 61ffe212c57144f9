#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <duckdb.h>

#include "base/result.h"
#include "engine/duckdb/statement.h"
#include "engine/duckdb/types.h"

namespace rhumb {

/// The columns of a statement's result, and the SQL that names, stores and prints them.
using ResultColumns = std::vector<ResultColumn>;

[[nodiscard]] ResultColumns columns_of(duckdb_prepared_statement statement);
[[nodiscard]] ResultColumns columns_of(duckdb_result& result);
[[nodiscard]] Schema schema_of(const ResultColumns& columns);

/// Whether every column can be stored: a type between rooms and a name of its own.
[[nodiscard]] Status check_storable(const ResultColumns& columns);

/// A user's statement as a table whose columns are c0, c1, ..., whatever they are called.
[[nodiscard]] SqlText numbered(std::string_view select, std::string_view body, size_t columns,
                               std::string_view after = "");
/// Gives the numbers of `numbered` back their names in an error about a value of such a column.
[[nodiscard]] Error name_column(Error error, const ResultColumns& columns);

[[nodiscard]] std::string as_type(const std::string& value, const std::string& cast);
/// As people expect to read it.
[[nodiscard]] std::string as_text(const std::string& value, const ResultColumn& column);

}  // namespace rhumb
