// sql_session FOLDER: runs statements on the embedded engine with spatial joins compiled. Reads one
// JSON object per line and answers with one:
//   {"table": NAME, "sql": SELECT}   writes the rows to FOLDER and binds them
//   {"view": NAME, "sql": SELECT}    binds a query
//   {"query": SELECT}                {"columns": [...], "rows": [[text or null, ...], ...]}
//   {"explain": SELECT}              {"sql": ..., "lookups": [...], "joins": [...]}
// An answer with "error" says what is wrong, with "line" and "column" where.

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/duckdb/duckdb_engine.h"
#include "run/compiling_engine.h"

namespace rhumb {
namespace {

using nlohmann::json;

json failed(const Error& error) {
  return {{"error", error.text()},
          {"code", code_name(error.code)},
          {"line", error.place.line},
          {"column", error.place.column}};
}

class SqlSession {
 public:
  SqlSession(std::unique_ptr<Engine> engine, std::string folder) : folder_(std::move(folder)) {
    engine_ = make_compiling_engine(
        std::move(engine), [this](const std::string& sql) { misunderstood_.push_back(sql); });
  }

  json answer(const json& command) {
    const std::string sql = command.value("sql", "");
    if (command.contains("table")) return table(command["table"], sql);
    if (command.contains("view")) {
      const Status bound = engine_->bind_query(command["view"], sql);
      return bound.ok() ? json::object() : failed(bound.error());
    }
    if (command.contains("query")) return query(command["query"]);
    return explain(command.value("explain", ""));
  }

 private:
  json table(const std::string& name, const std::string& sql) {
    const auto schema = engine_->describe(sql);
    if (!schema.ok()) return failed(schema.error());
    const auto files = engine_->write(
        sql, {.directory = folder_, .stem = fmt::format("t{}", ++tables_), .schema = *schema});
    if (!files.ok()) return failed(files.error());
    Dataset dataset{.name = name, .schema = *schema, .files = {}};
    for (const DataFile& file : *files) dataset.files.push_back(file.path);
    const Status bound = engine_->bind(dataset);
    return bound.ok() ? json::object() : failed(bound.error());
  }

  json query(const std::string& sql) {
    misunderstood_.clear();
    const auto found = engine_->query(sql);
    if (!misunderstood_.empty()) {
      return {{"error", "compiled to what cannot run: " + misunderstood_.front()}};
    }
    if (!found.ok()) return failed(found.error());
    json columns = json::array(), rows = json::array();
    for (const Column& column : found->schema) columns.push_back(column.name);
    for (const auto& row : found->rows) {
      json cells = json::array();
      for (const auto& cell : row) cells.push_back(cell ? json(*cell) : json());
      rows.push_back(std::move(cells));
    }
    return {{"columns", columns}, {"rows", rows}};
  }

  json explain(const std::string& sql) {
    const auto compiled = explain_spatial_joins(
        *engine_, sql, [](const std::string&) { return std::optional<uint64_t>(); });
    if (!compiled.ok()) return failed(compiled.error());
    json lookups = json::array(), joins = json::array();
    for (const LookupPlan& plan : compiled->lookups) lookups.push_back(plan.rows);
    for (const SpatialJoin& join : compiled->joins) {
      joins.push_back({{"kind", join.kind}, {"reason", join.reason}, {"indexed", join.indexed}});
    }
    return {{"sql", compiled->sql}, {"lookups", lookups}, {"joins", joins}};
  }

  std::unique_ptr<Engine> engine_;
  const std::string folder_;
  std::vector<std::string> misunderstood_;
  int tables_ = 0;
};

int serve(const std::string& folder) {
  auto engine =
      make_duckdb_engine({.threads = 2,
                          .temp_directory = folder + "/spill",
                          .spatial_extension = RHUMB_EXTENSION_DIR "/spatial.duckdb_extension",
                          .readable_folder = folder});
  if (!engine.ok()) {
    fmt::print(stderr, "{}\n", engine.error().text());
    return EXIT_FAILURE;
  }
  SqlSession session(std::move(engine).value(), folder);
  for (std::string line; std::getline(std::cin, line);) {
    const json command = json::parse(line, nullptr, false);
    const json answer = command.is_object() ? session.answer(command) : json{{"error", "no JSON"}};
    std::cout << answer.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace rhumb

int main(int argc, char** argv) {
  return argc == 2 ? rhumb::serve(argv[1]) : EXIT_FAILURE;
}
