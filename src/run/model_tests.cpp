#include "run/model_tests.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "run/given_rows.h"
#include "transform/graph.h"

namespace rhumb {
namespace {

using Row = std::vector<std::optional<std::string>>;

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

bool same(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  if (*a == *b) return true;
  const auto x = number(*a), y = number(*b);
  return x && y && std::abs(*x - *y) <= 1e-9 * std::max({1.0, std::abs(*x), std::abs(*y)});
}

bool same_row(const Row& a, const Row& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

std::string render(const Row& row) {
  std::vector<std::string> cells;
  for (const auto& cell : row) cells.push_back(cell.value_or(""));
  return join(cells, " | ");
}

/// The rows of `these` that have no partner in `those`.
std::vector<Row> without_partner(const std::vector<Row>& these, std::vector<Row> those) {
  std::vector<Row> out;
  for (const Row& row : these) {
    const auto found = std::find_if(those.begin(), those.end(),
                                    [&](const Row& other) { return same_row(row, other); });
    if (found == those.end()) {
      out.push_back(row);
    } else {
      those.erase(found);
    }
  }
  return out;
}

class ModelTest {
 public:
  ModelTest(const Project& project, const Analysis& analysis,
            const std::map<std::string, Schema>& schemas, Engine& engine, const TestDef& test,
            std::string folder)
      : project_(project),
        analysis_(analysis),
        schemas_(schemas),
        engine_(engine),
        test_(test),
        folder_(std::move(folder)) {}

  Result<TestOutcome> run() {
    for (const GivenTable& table : test_.given) RHUMB_TRY(bind_given(table));
    RHUMB_TRY(bind_rest(test_.model));
    const ModelDef& model = project_.models.at(test_.model);
    auto schema = engine_.describe(model.sql);
    if (!schema.ok()) return placed_in_file(std::move(schema).error(), model);
    RHUMB_TRY(engine_.bind_query("rhumb_answer", model.sql));
    RHUMB_TRY(check_expected_columns(*schema));
    RHUMB_TRY(bind_typed("rhumb_expected", test_.expect, *schema));
    RHUMB_ASSIGN(const std::vector<Row> got, rows_of("rhumb_answer"));
    RHUMB_ASSIGN(const std::vector<Row> wanted, rows_of("rhumb_expected"));
    return compare(got, wanted);
  }

 private:
  Status bind_given(const GivenTable& table) {
    const auto schema = schemas_.find(table.name);
    if (schema == schemas_.end()) return bind_typed(table.name, table, guess_schema(table));
    for (const std::string& column : table.columns) {
      if (!find_column(schema->second, column)) {
        return Error{Code::kUnknownName, fmt::format("{} has no column `{}`", table.name, column),
                     no_such_column(schema->second, column), table.place};
      }
    }
    return bind_typed(table.name, table, schema->second);
  }

  Status check_expected_columns(const Schema& schema) const {
    for (const std::string& column : test_.expect.columns) {
      if (find_column(schema, column)) continue;
      return Error{Code::kUnknownName, fmt::format("{} has no column `{}`", test_.model, column),
                   no_such_column(schema, column), test_.expect.place};
    }
    return {};
  }

  Status bind_typed(const std::string& name, const GivenTable& table, const Schema& schema) {
    Status bound = bind_rows(engine_, folder_, name, table, schema);
    if (!bound.ok()) bound.error().place = table.place;
    return bound;
  }

  /// What the model reads and the test does not give is empty.
  Status bind_rest(const std::string& model) {
    for (const std::string& name : analysis_.models.at(model).reads) {
      const bool given = std::any_of(test_.given.begin(), test_.given.end(),
                                     [&](const GivenTable& table) { return table.name == name; });
      if (given) continue;
      const auto upstream = project_.models.find(name);
      if (upstream != project_.models.end() && upstream->second.kind == ModelKind::kView) {
        RHUMB_TRY(bind_rest(name));
        RHUMB_TRY(engine_.bind_query(name, upstream->second.sql));
      } else if (const auto schema = schemas_.find(name); schema != schemas_.end()) {
        RHUMB_TRY(engine_.bind(Dataset{.name = name, .schema = schema->second, .files = {}}));
      } else {
        return Error{Code::kUnknownName,
                     fmt::format("{} reads {}, whose columns are not known", model, name),
                     fmt::format("give rows for it under `given: {}:`", name), test_.place};
      }
    }
    return {};
  }

  Result<std::vector<Row>> rows_of(const std::string& name) {
    std::vector<std::string> columns;
    for (const std::string& column : test_.expect.columns)
      columns.push_back(quote_identifier(column));
    auto table = engine_.query(
        fmt::format("SELECT {} FROM {}", join(columns, ", "), quote_identifier(name)));
    if (table.ok()) return std::move(table->rows);
    Error error = std::move(table).error();
    error.place = name == "rhumb_expected" ? test_.expect.place : test_.place;
    return error;
  }

  TestOutcome compare(const std::vector<Row>& got, const std::vector<Row>& wanted) const {
    TestOutcome outcome{.name = test_.name, .model = test_.model, .place = test_.place};
    const std::vector<Row> missing = without_partner(wanted, got);
    const std::vector<Row> extra = without_partner(got, wanted);
    outcome.passed = missing.empty() && extra.empty();
    if (outcome.passed) return outcome;
    outcome.detail = "    " + join(test_.expect.columns, " | ");
    for (const Row& row : missing) outcome.detail += "\n  - " + render(row);
    for (const Row& row : extra) outcome.detail += "\n  + " + render(row);
    return outcome;
  }

  const Project& project_;
  const Analysis& analysis_;
  const std::map<std::string, Schema>& schemas_;
  Engine& engine_;
  const TestDef& test_;
  std::string folder_;
};

}  // namespace

Result<TestOutcome> run_model_test(const Project& project, const Analysis& analysis,
                                   const std::map<std::string, Schema>& schemas, Engine& engine,
                                   const TestDef& test, const std::string& folder) {
  return ModelTest(project, analysis, schemas, engine, test, folder).run();
}

}  // namespace rhumb
