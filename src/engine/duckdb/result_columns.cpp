#include "engine/duckdb/result_columns.h"

#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/handles.h"

namespace rhumb {

ResultColumns columns_of(duckdb_prepared_statement statement) {
  ResultColumns columns;
  const idx_t count = duckdb_prepared_statement_column_count(statement);
  for (idx_t i = 0; i < count; ++i) {
    const LogicalTypeHandle type(duckdb_prepared_statement_column_logical_type(statement, i));
    columns.push_back(result_column(take_name(statement, i), type.get()));
  }
  return columns;
}

ResultColumns columns_of(duckdb_result& result) {
  ResultColumns columns;
  const idx_t count = duckdb_column_count(&result);
  for (idx_t i = 0; i < count; ++i) {
    const LogicalTypeHandle type(duckdb_column_logical_type(&result, i));
    columns.push_back(result_column(duckdb_column_name(&result, i), type.get()));
  }
  return columns;
}

Schema schema_of(const ResultColumns& columns) {
  Schema schema;
  for (const ResultColumn& column : columns) schema.push_back(column.column);
  return schema;
}

Status check_storable(const ResultColumns& columns) {
  std::set<std::string> names;
  for (const ResultColumn& column : columns) {
    const std::string& name = column.column.name;
    if (!column.unsupported.empty()) {
      return Error{
          Code::kNotSupported,
          fmt::format("column `{}` is {}, which Rhumb does not store", name, column.unsupported),
          fmt::format("take it apart in the SELECT, or make it text: CAST({} AS VARCHAR)",
                      quote_identifier(name)),
          {}};
    }
    if (!names.insert(to_lower(name)).second) {
      return Error{Code::kBadSql,
                   fmt::format("there are two columns `{}` (upper and lower case are one)", name),
                   "give one of them another name with AS",
                   {}};
    }
  }
  return {};
}

SqlText numbered(std::string_view select, std::string_view body, size_t columns,
                 std::string_view after) {
  std::vector<std::string> names;
  for (size_t i = 0; i < columns; ++i) names.push_back(fmt::format("c{}", i));
  // The line break ends a line comment that the statement may close with.
  return SqlText::wrapped(fmt::format("{}(", select), body,
                          fmt::format("\n) AS rhumb_rows({}){}", join(names, ", "), after));
}

Error name_column(Error error, const ResultColumns& columns) {
  constexpr std::string_view kWhere = " when casting from source column c";
  const size_t at = error.message.find(kWhere);
  if (at == std::string::npos) return error;
  size_t index = columns.size();
  const char* const digits = error.message.data() + at + kWhere.size();
  std::from_chars(digits, error.message.data() + error.message.size(), index);
  if (index >= columns.size()) return error;
  error.message =
      fmt::format("column `{}`: {}", columns[index].column.name, error.message.substr(0, at));
  if (error.hint.empty())
    error.hint =
        "cast the column to a type that holds all its values, such as DECIMAL(38,0) or DOUBLE";
  return error;
}

std::string as_type(const std::string& value, const std::string& cast) {
  return cast.empty() ? value : fmt::format("CAST({} AS {})", value, cast);
}

std::string as_text(const std::string& value, const ResultColumn& column) {
  const std::string plain =
      column.column.type.id == TypeId::kGeometry ? as_type(value, column.cast) : value;
  if (column.column.type.id == TypeId::kBytes && column.unsupported.empty()) {
    return fmt::format("'\\x' || lower(hex({}))", as_type(plain, column.cast));
  }
  return fmt::format("CAST({} AS VARCHAR)", plain);
}

}  // namespace rhumb
