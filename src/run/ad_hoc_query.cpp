#include "run/ad_hoc_query.h"

#include <charconv>
#include <set>

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "run/functions.h"
#include "run/given_rows.h"
#include "transform/references.h"

namespace rhumb {
namespace {

constexpr std::string_view kStatePrefix = "rhumb_";

class AdHocQuery {
 public:
  AdHocQuery(const Project& project, Engine& engine, State& state, FileStore& files)
      : project_(project), engine_(engine), state_(state), files_(files) {}

  Result<Table> run(const std::string& sql, const std::vector<std::string>& parameters) {
    RHUMB_ASSIGN(const InlinedSql statement, inline_functions_in(sql, project_, engine_));
    if (Status bound = bind_names(statement.text); !bound.ok())
      return placed(std::move(bound).error(), statement);
    auto table = engine_.query(statement.text, parameters);
    if (!table.ok()) return placed(std::move(table).error(), statement);
    return table;
  }

 private:
  static Error placed(Error error, const InlinedSql& statement) {
    if (error.place.line > 0 && !statement.pieces.empty()) {
      error.place = place_in_pieces(statement.text, statement.pieces, {}, error.place.line,
                                    error.place.column);
    }
    return error;
  }

  Status bind_names(const std::string& sql) {
    RHUMB_ASSIGN(const std::string json, engine_.syntax_tree(sql));
    RHUMB_ASSIGN(const SyntaxTree tree, SyntaxTree::parse(json, sql));
    RHUMB_ASSIGN(const References references, find_references(tree, FunctionFacts()));
    for (const Reference& reference : references.tables) {
      if (!bound_.insert(to_lower(reference.name)).second) continue;
      if (Status bound = bind(reference); !bound.ok()) return bound;
    }
    return {};
  }

  Status bind(const Reference& reference) {
    const std::string& name = reference.name;
    if (to_lower(name).starts_with(kStatePrefix)) return bind_state_table(name);
    const size_t at = name.rfind('@');
    const std::string dataset = name.substr(0, at);
    if (const auto model = project_.models.find(dataset);
        model != project_.models.end() && model->second.kind == ModelKind::kView) {
      RHUMB_TRY(bind_names(model->second.sql));
      return engine_.bind_query(name, model->second.sql);
    }
    if (!project_.models.contains(dataset) && !project_.sources.contains(dataset))
      return unknown(reference);
    RHUMB_ASSIGN(
        const Manifest manifest,
        version_of(reference, dataset, at == std::string::npos ? "" : name.substr(at + 1)));
    Dataset bound{.name = name, .schema = manifest.schema, .files = {}};
    for (const DataFile& file : manifest.files) bound.files.push_back(files_.absolute(file.path));
    return engine_.bind(bound);
  }

  Result<Manifest> version_of(const Reference& reference, const std::string& dataset,
                              const std::string& version) {
    if (version.empty()) {
      RHUMB_ASSIGN(auto newest, state_.newest_manifest(dataset));
      if (newest) return *std::move(newest);
      return Error{Code::kNotFound,
                   fmt::format("{} has no version yet", dataset),
                   "make one with: rhumb run +" + dataset,
                   {}};
    }
    uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(version.data(), version.data() + version.size(), number);
    if (error == std::errc{} && end == version.data() + version.size())
      return state_.manifest(dataset, number);
    return Error{Code::kUnknownName,
                 fmt::format("`{}` names no version", printable(reference.name, 80)),
                 "write NAME@NUMBER, as in \"trips@3\"", reference.place};
  }

  /// A table of the state becomes a file like any other rows.
  Status bind_state_table(const std::string& name) {
    RHUMB_ASSIGN(const Table table, state_.table(to_lower(name).substr(kStatePrefix.size())));
    GivenTable rows{.name = name};
    for (const Column& column : table.schema) rows.columns.push_back(column.name);
    for (const auto& row : table.rows) {
      std::vector<std::string> cells;
      for (const auto& cell : row) cells.push_back(cell.value_or(""));
      rows.rows.push_back(std::move(cells));
    }
    RHUMB_ASSIGN(const auto folder, files_.staging("query-" + new_id(), name));
    return bind_rows(engine_, folder.string(), name, rows, table.schema);
  }

  Error unknown(const Reference& reference) const {
    std::vector<std::string> names = {"rhumb_runs",        "rhumb_versions", "rhumb_inputs",
                                      "rhumb_checks",      "rhumb_steps",    "rhumb_quarantine",
                                      "rhumb_publications"};
    for (const auto& [name, source] : project_.sources) names.push_back(name);
    for (const auto& [name, model] : project_.models) names.push_back(name);
    return Error{
        Code::kUnknownName, fmt::format("there is no table `{}`", printable(reference.name, 80)),
        did_you_mean(reference.name, names, "tables: " + join(names, ", ")), reference.place};
  }

  const Project& project_;
  Engine& engine_;
  State& state_;
  FileStore& files_;
  std::set<std::string> bound_;
};

}  // namespace

Result<Table> ad_hoc_query(const Project& project, Engine& engine, State& state, FileStore& files,
                           const std::string& sql, const std::vector<std::string>& parameters) {
  return AdHocQuery(project, engine, state, files).run(sql, parameters);
}

}  // namespace rhumb
