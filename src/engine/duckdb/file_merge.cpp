#include "engine/duckdb/file_merge.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/dataset_view.h"
#include "engine/duckdb/parquet_writer.h"

namespace rhumb {
namespace {

std::string condition(const std::vector<std::string>& without_inputs) {
  if (without_inputs.empty()) return "";
  std::vector<std::string> literals;
  for (const std::string& input : without_inputs) literals.push_back(quote_literal(input));
  return fmt::format(" WHERE _input NOT IN ({})", join(literals, ", "));
}

}  // namespace

Result<std::vector<DataFile>> merge_files(Session& session, const Dataset& rows,
                                          const std::vector<std::string>& without_inputs,
                                          const WriteRequest& request) {
  RHUMB_ASSIGN(const FileRows found, rows_of_files(session, rows));
  if (!without_inputs.empty() && !found.has_input) {
    return Error{Code::kInternal,
                 fmt::format("files of {} do not say which inputs their rows came from", rows.name),
                 "",
                 {}};
  }
  RowSource source{
      .source = SqlText::internal(fmt::format("({}{})", found.query, condition(without_inputs))),
      .expressions = {},
      .input = found.has_input ? "_input" : ""};
  for (const Column& column : request.schema) {
    const std::string name = quote_identifier(column.name);
    const bool geometry = column.type.id == TypeId::kGeometry;
    source.expressions.push_back(geometry ? fmt::format("ST_AsWKB({})", name) : name);
  }
  return write_parquet(session, source, request);
}

}  // namespace rhumb
