#include "run/asserts.h"

#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "run/conservation_check.h"

namespace rhumb {
namespace {

constexpr size_t kExamples = 5;

/// `region = Turin, trips = 3`; long values are cut.
std::string describe_row(const Table& table, size_t row) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < table.schema.size() && parts.size() < 8; ++i) {
    parts.push_back(fmt::format("{} = {}", table.schema[i].name,
                                table.rows[row][i] ? printable(*table.rows[row][i], 60) : "null"));
  }
  return join(parts, ", ");
}

/// `$1, $2, $3`
std::string placeholders(size_t n) {
  std::vector<std::string> all;
  for (size_t i = 1; i <= n; ++i) all.push_back(fmt::format("${}", i));
  return join(all, ", ");
}

}  // namespace

AssertRunner::AssertRunner(RunContext& context, Bindings& bindings, const ModelDef& model,
                           const ModelAnalysis& analysis)
    : context_(context), bindings_(bindings), model_(model), analysis_(analysis) {}

Result<std::vector<CheckResult>> AssertRunner::run(const BuiltVersion& built) {
  built_ = &built;
  std::vector<CheckResult> results;
  for (const Assert& assertion : model_.asserts) {
    auto result = evaluate(assertion);
    if (!result.ok()) {
      Error error = std::move(result).error();
      error.message = fmt::format("assert `{}` of {} cannot be evaluated: {}", assertion.kind,
                                  model_.name, error.message);
      error.place = assertion.place;
      return error;
    }
    results.push_back(std::move(result).value());
  }
  return results;
}

Result<CheckResult> AssertRunner::evaluate(const Assert& assertion) {
  static const std::map<std::string, Check, std::less<>> checks = {
      {"min_rows", &AssertRunner::min_rows},
      {"max_shrink", &AssertRunner::max_shrink},
      {"not_null", &AssertRunner::not_null},
      {"unique", &AssertRunner::unique},
      {"accepted", &AssertRunner::accepted},
      {"range", &AssertRunner::range},
      {"relationship", &AssertRunner::relationship},
      {"geometry", &AssertRunner::geometry},
      {"freshness", &AssertRunner::freshness},
      {"conserves", &AssertRunner::conserves},
      {"sql", &AssertRunner::free_sql}};
  return (this->*checks.at(assertion.kind))(assertion.config);
}

Result<CheckResult> AssertRunner::min_rows(const Config& config) {
  const auto wanted = static_cast<uint64_t>(config.as_integer());
  return CheckResult{.name = fmt::format("min_rows({})", wanted),
                     .passed = built_->manifest.rows() >= wanted,
                     .detail = fmt::format("{} rows", human_count(built_->manifest.rows()))};
}

Result<CheckResult> AssertRunner::max_shrink(const Config& config) {
  const double allowed = config.as_fraction();
  CheckResult result{.name = fmt::format("max_shrink({:.3g}%)", allowed * 100),
                     .detail = "first version"};
  if (!built_->before) return result;
  const uint64_t before = built_->before->rows();
  const uint64_t now = built_->manifest.rows();
  result.passed = static_cast<double>(now) >= static_cast<double>(before) * (1 - allowed);
  result.detail = fmt::format("{} -> {} rows", human_count(before), human_count(now));
  return result;
}

Result<CheckResult> AssertRunner::not_null(const Config& config) {
  std::vector<std::string> conditions;
  for (const std::string& column : config.as_texts())
    conditions.push_back(quote_identifier(column) + " IS NULL");
  return none_where(fmt::format("not_null({})", join(config.as_texts(), ", ")),
                    join(conditions, " OR "), {});
}

Result<CheckResult> AssertRunner::unique(const Config& config) {
  std::vector<std::string> columns;
  for (const std::string& column : config.as_texts()) columns.push_back(quote_identifier(column));
  const std::string list = join(columns, ", ");
  return no_rows(
      fmt::format("unique({})", join(config.as_texts(), ", ")),
      fmt::format("SELECT {0}, count(*) AS times FROM {1} GROUP BY {0} HAVING count(*) > 1", list,
                  quote_identifier(model_.name)),
      {});
}

Result<CheckResult> AssertRunner::accepted(const Config& config) {
  const std::string column = config["column"].as_text();
  const std::vector<std::string> values = config["values"].as_texts();
  return none_where(fmt::format("accepted({})", column),
                    fmt::format("CAST({} AS VARCHAR) NOT IN ({})", quote_identifier(column),
                                placeholders(values.size())),
                    values);
}

Result<CheckResult> AssertRunner::range(const Config& config) {
  const std::string column = config["column"].as_text();
  std::vector<std::string> conditions, parameters;
  const auto add = [&](const char* key, const char* comparison) {
    if (!config.has(key)) return;
    parameters.push_back(config[key].as_text());
    conditions.push_back(fmt::format("{} {} CAST(${} AS DOUBLE)", quote_identifier(column),
                                     comparison, parameters.size()));
  };
  add("min", "<");
  add("max", ">");
  return none_where(fmt::format("range({})", column), join(conditions, " OR "), parameters);
}

Result<CheckResult> AssertRunner::relationship(const Config& config) {
  const std::string column = config["column"].as_text();
  const std::string to = config["to"].as_text();
  const size_t dot = to.find('.');
  return none_where(fmt::format("relationship({} -> {})", column, to),
                    fmt::format("{0} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {1} AS rhumb_other "
                                "WHERE rhumb_other.{2} = rhumb_model.{0})",
                                quote_identifier(column), quote_identifier(to.substr(0, dot)),
                                quote_identifier(to.substr(dot + 1))),
                    {});
}

Result<CheckResult> AssertRunner::geometry(const Config& config) {
  const std::string name = config["column"].as_text();
  const std::string column = quote_identifier(name);
  std::vector<std::string> conditions, parameters;
  if (config["valid"].as_bool(true))
    conditions.push_back(fmt::format("NOT ST_IsValid({})", column));
  if (config.has("extent")) {
    const auto corners = config["extent"].as_texts();
    for (const auto& [function, comparison, corner] : {std::tuple{"ST_XMin", "<", size_t{0}},
                                                       {"ST_YMin", "<", 1},
                                                       {"ST_XMax", ">", 2},
                                                       {"ST_YMax", ">", 3}}) {
      parameters.push_back(corners.at(corner));
      conditions.push_back(fmt::format("{}({}) {} CAST(${} AS DOUBLE)", function, column,
                                       comparison, parameters.size()));
    }
  }
  if (config.has("kind")) {
    parameters.push_back(config["kind"].as_text());
    conditions.push_back(fmt::format("lower(CAST(GeometryType({}) AS VARCHAR)) <> lower(${})",
                                     column, parameters.size()));
  }
  const auto at = find_column(built_->manifest.schema, name);
  if (config.has("crs") && at &&
      built_->manifest.schema[*at].type.srid != config["crs"].as_integer()) {
    return CheckResult{
        .name = fmt::format("geometry({})", name),
        .passed = false,
        .detail = fmt::format("CRS is EPSG:{}, expected EPSG:{}",
                              built_->manifest.schema[*at].type.srid, config["crs"].as_integer())};
  }
  if (conditions.empty()) return CheckResult{.name = fmt::format("geometry({})", name)};
  return none_where(fmt::format("geometry({})", name), join(conditions, " OR "), parameters);
}

Result<CheckResult> AssertRunner::freshness(const Config& config) {
  const std::string column = config["column"].as_text();
  const std::string within = config["within"].as_text();
  const Micros limit = parse_duration(within).value_or(0);
  RHUMB_ASSIGN(const Table table,
               context_.engine.query(fmt::format(
                   "SELECT CAST(max({0}) AS VARCHAR), epoch_us(CAST(now() AS TIMESTAMPTZ)) - "
                   "epoch_us(CAST(max({0}) AS TIMESTAMPTZ)) FROM {1}",
                   quote_identifier(column), quote_identifier(model_.name))));
  const auto& row = table.rows.at(0);
  CheckResult result{.name = fmt::format("freshness({} within {})", column, within),
                     .passed = false,
                     .detail = "no rows"};
  if (!row.at(1)) return result;
  const Micros age = std::stoll(*row.at(1));
  result.passed = age <= limit;
  result.detail =
      fmt::format("newest {} is {} old", *row.at(0), human_seconds(static_cast<double>(age) / 1e6));
  return result;
}

Result<CheckResult> AssertRunner::conserves(const Config& config) {
  const bool narrowed = built_->new_rows && config["source"].as_text() == analysis_.append_source;
  if (!narrowed) return check_conservation(context_, analysis_.tree, config);
  // Rows that were there before were counted when they came.
  const Manifest source = bindings_.manifest(analysis_.append_source);
  RHUMB_TRY(bindings_.narrow(source, *built_->new_rows));
  auto result = check_conservation(context_, analysis_.tree, config);
  RHUMB_TRY(bindings_.narrow(source, source.files));
  return result;
}

Result<CheckResult> AssertRunner::free_sql(const Config& config) {
  return no_rows("sql", config.as_text(), {});
}

Result<CheckResult> AssertRunner::none_where(std::string name, const std::string& condition,
                                             const std::vector<std::string>& parameters) {
  return no_rows(std::move(name),
                 fmt::format("SELECT * FROM {} AS rhumb_model WHERE {}",
                             quote_identifier(model_.name), condition),
                 parameters);
}

Result<CheckResult> AssertRunner::no_rows(std::string name, const std::string& query,
                                          const std::vector<std::string>& parameters) {
  RHUMB_ASSIGN(const Table count,
               context_.engine.query(fmt::format("SELECT count(*) FROM ({}) AS rhumb_rows", query),
                                     parameters));
  const uint64_t failing = std::stoull(count.rows.at(0).at(0).value_or("0"));
  CheckResult result{.name = std::move(name), .passed = failing == 0};
  if (result.passed) return result;
  RHUMB_ASSIGN(
      const Table examples,
      context_.engine.query(
          fmt::format("SELECT * FROM ({}) AS rhumb_rows LIMIT {}", query, kExamples), parameters));
  result.detail = fmt::format("{} rows break it", human_count(failing));
  for (size_t row = 0; row < examples.rows.size(); ++row)
    result.detail += "\n    " + describe_row(examples, row);
  return result;
}

}  // namespace rhumb
