#include "run/conservation_check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "run/engine_tree_to_sql.h"
#include "transform/conservation.h"

namespace rhumb {
namespace {

struct Counts {
  uint64_t total = 0, lost = 0, single = 0, doubled = 0, most = 0;
};

Result<Counts> count(Engine& engine, const std::string& sql) {
  RHUMB_ASSIGN(const Table table, engine.query(sql));
  const auto figure = [&](const char* name) -> uint64_t {
    const auto at = find_column(table.schema, name);
    return at && table.rows.at(0)[*at] ? std::stoull(*table.rows.at(0)[*at]) : 0;
  };
  return Counts{.total = figure("total"),
                .lost = figure("lost"),
                .single = figure("single"),
                .doubled = figure("doubled"),
                .most = figure("max_matches")};
}

/// `5,009,881 + 2,519 outside = 5,012,400`
std::string balance(const Counts& counts) {
  std::string text = fmt::format("{}", human_count(counts.single));
  if (counts.doubled > 0)
    text += fmt::format(" + {} doubled (up to {} times)", human_count(counts.doubled), counts.most);
  return text +
         fmt::format(" + {} outside = {}", human_count(counts.lost), human_count(counts.total));
}

/// One line per row that was lost or doubled; at most ten.
Result<std::string> examples(Engine& engine, const std::string& sql) {
  RHUMB_ASSIGN(const Table table, engine.query(sql));
  std::string out;
  for (size_t row = 0; row < std::min<size_t>(table.rows.size(), 10); ++row) {
    std::vector<std::string> cells;
    for (size_t i = 0; i < table.schema.size(); ++i) {
      const auto& cell = table.rows[row][i];
      cells.push_back(i == 0 ? cell.value_or("")
                             : fmt::format("{} = {}", table.schema[i].name,
                                           cell ? printable(*cell, 60) : "null"));
    }
    out += "\n    " + join(cells, ", ");
  }
  return out;
}

}  // namespace

Result<CheckResult> check_conservation(RunContext& context, const SyntaxTree& tree,
                                       const Config& config) {
  EngineTreeToSql text(context.engine);
  const std::string source = config["source"].as_text();
  RHUMB_ASSIGN(const ConservationQueries queries,
               conservation_queries(tree, FunctionFacts(), source, text));
  RHUMB_ASSIGN(const Counts counts, count(context.engine, queries.counts_sql));
  CheckResult result{.name = fmt::format("conserves({})", source), .detail = balance(counts)};
  const auto within = [&](const char* key, uint64_t found) {
    return !config.has(key) || static_cast<double>(found) <=
                                   config[key].as_fraction() * static_cast<double>(counts.total);
  };
  result.passed = within("lost", counts.lost) && within("doubled", counts.doubled);
  if (result.passed) return result;
  RHUMB_ASSIGN(const std::string rows, examples(context.engine, queries.examples_sql));
  result.detail += rows;
  return result;
}

}  // namespace rhumb
