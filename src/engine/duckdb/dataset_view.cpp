#include "engine/duckdb/dataset_view.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/types.h"

namespace rhumb {
namespace {

using FileColumns = std::map<std::string, ResultColumn>;  ///< by name in lower case

/// The column that says which input a row came from.
constexpr const char* kInput = "_input";

std::string reading(const std::vector<std::string>& files, std::string_view options = "") {
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (const std::string& file : files) paths.push_back(quote_literal(file));
  return fmt::format("read_parquet([{}], hive_partitioning = false{})", join(paths, ", "), options);
}

// A version's files have one layout, so the first speaks for all.
Result<FileColumns> columns_of(Session& session, const std::string& file) {
  RHUMB_ASSIGN(const PreparedHandle prepared,
               session.prepare(SqlText::internal("FROM " + reading({file}))));
  FileColumns columns;
  const idx_t count = duckdb_prepared_statement_column_count(prepared.get());
  for (idx_t i = 0; i < count; ++i) {
    const LogicalTypeHandle type(duckdb_prepared_statement_column_logical_type(prepared.get(), i));
    std::string name = take_name(prepared.get(), i);
    columns.emplace(to_lower(name), result_column(name, type.get()));
  }
  return columns;
}

std::string crs_literal(int srid) {
  return srid == 0 ? "''" : quote_literal(fmt::format("EPSG:{}", srid));
}

// The column as the schema has it; as it is in the file wherever that agrees.
std::string expression(const Column& wanted, const ResultColumn& found) {
  const std::string name = quote_identifier(found.column.name);
  const Type& type = found.column.type;
  const bool same = found.cast.empty() && found.unsupported.empty() && type.id == wanted.type.id;
  if (wanted.type.id == TypeId::kGeometry) {
    if (!same)
      return fmt::format("ST_SetCRS(ST_GeomFromWKB({}), {})", name, crs_literal(wanted.type.srid));
    if (type.srid == wanted.type.srid) return name;
    return fmt::format("ST_SetCRS({}, {})", name, crs_literal(wanted.type.srid));
  }
  if (same && type.id != TypeId::kDecimal) return name;
  return fmt::format("CAST({} AS {})", name, sql_type(wanted.type));
}

std::string empty_expression(const Column& column) {
  if (column.type.id != TypeId::kGeometry) {
    return fmt::format("CAST(NULL AS {})", sql_type(column.type));
  }
  // Of a NULL the engine forgets the system.
  return fmt::format("ST_SetCRS(ST_GeomFromText('POINT EMPTY'), {})",
                     crs_literal(column.type.srid));
}

Status create_view(Session& session, const std::string& schema, const std::string& name,
                   const std::string& query) {
  return session.execute(
      fmt::format("CREATE OR REPLACE VIEW {}.{} AS {}", schema, quote_identifier(name), query));
}

std::string empty_columns(const Dataset& dataset) {
  std::vector<std::string> columns;
  for (const Column& column : dataset.schema) {
    columns.push_back(empty_expression(column) + " AS " + quote_identifier(column.name));
  }
  return join(columns, ", ");
}

// The dataset's columns, read from files that have `found`.
Result<std::vector<std::string>> select_list(const Dataset& dataset, const FileColumns& found) {
  std::vector<std::string> columns;
  for (const Column& column : dataset.schema) {
    const auto at = found.find(to_lower(column.name));
    if (at == found.end()) {
      return Error{Code::kBadFile,
                   fmt::format("{} lacks the column `{}` of {}", dataset.files.front(), column.name,
                               dataset.name),
                   "the file was changed or replaced after it was written",
                   {}};
    }
    columns.push_back(expression(column, at->second) + " AS " + quote_identifier(column.name));
  }
  return columns;
}

// The columns of the dataset, then the identity of each row.
std::string identity_query(const Dataset& dataset, const FileColumns& found,
                           const std::vector<std::string>& columns) {
  constexpr const char* kRowOption = "file_row_number";
  // The engine cannot number rows beside a column of that name.
  const bool numbered = !found.contains(kRowOption);
  return fmt::format(
      "SELECT {}, rhumb_file AS _input, {} AS _row FROM {}", join(columns, ", "),
      numbered ? kRowOption : "row_number() OVER ()",
      reading(dataset.files, numbered ? ", filename = 'rhumb_file', file_row_number = true"
                                      : ", filename = 'rhumb_file'"));
}

}  // namespace

Status create_empty_table(Session& session, const Dataset& dataset) {
  std::vector<std::string> columns;
  for (const Column& column : dataset.schema) {
    const bool known_system = column.type.id == TypeId::kGeometry && column.type.srid != 0;
    columns.push_back(quote_identifier(column.name) + " " +
                      (known_system ? fmt::format("GEOMETRY({})", crs_literal(column.type.srid))
                                    : sql_type(column.type)));
  }
  return session.execute(fmt::format("CREATE TABLE main.{} ({})", quote_identifier(dataset.name),
                                     join(columns, ", ")));
}

Status create_dataset_view(Session& session, const Dataset& dataset) {
  RHUMB_ASSIGN(const FileColumns found, columns_of(session, dataset.files.front()));
  RHUMB_ASSIGN(const std::vector<std::string> columns, select_list(dataset, found));
  return create_view(session, "main", dataset.name,
                     fmt::format("SELECT {} FROM {}", join(columns, ", "), reading(dataset.files)));
}

Result<FileRows> rows_of_files(Session& session, const Dataset& dataset) {
  RHUMB_ASSIGN(const FileColumns found, columns_of(session, dataset.files.front()));
  RHUMB_ASSIGN(std::vector<std::string> columns, select_list(dataset, found));
  const bool has_input = found.contains(kInput) && !find_column(dataset.schema, kInput);
  if (has_input) columns.emplace_back(kInput);
  return FileRows{
      .query = fmt::format("SELECT {} FROM {}", join(columns, ", "), reading(dataset.files)),
      .has_input = has_input};
}

Status create_identity_view(Session& session, const Dataset& dataset) {
  if (dataset.files.empty()) {
    return create_view(session, "rhumb_raw", dataset.name,
                       fmt::format("SELECT {}, '' AS _input, CAST(0 AS BIGINT) AS _row WHERE false",
                                   empty_columns(dataset)));
  }
  RHUMB_ASSIGN(const FileColumns found, columns_of(session, dataset.files.front()));
  RHUMB_ASSIGN(const std::vector<std::string> columns, select_list(dataset, found));
  return create_view(session, "rhumb_raw", dataset.name, identity_query(dataset, found, columns));
}

}  // namespace rhumb
