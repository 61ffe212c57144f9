#include "transform/functions.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

// duckdb_functions() of 1.5 with its spatial extension, function_type = 'aggregate', without those
// that exist only as windows.
constexpr auto kAggregates = std::to_array<std::string_view>({"any_value",
                                                              "approx_count_distinct",
                                                              "approx_quantile",
                                                              "approx_top_k",
                                                              "arbitrary",
                                                              "arg_max",
                                                              "arg_max_null",
                                                              "arg_max_nulls_last",
                                                              "arg_min",
                                                              "arg_min_null",
                                                              "arg_min_nulls_last",
                                                              "argmax",
                                                              "argmin",
                                                              "array_agg",
                                                              "avg",
                                                              "bit_and",
                                                              "bit_or",
                                                              "bit_xor",
                                                              "bitstring_agg",
                                                              "bool_and",
                                                              "bool_or",
                                                              "corr",
                                                              "count",
                                                              "count_if",
                                                              "count_star",
                                                              "countif",
                                                              "covar_pop",
                                                              "covar_samp",
                                                              "entropy",
                                                              "favg",
                                                              "first",
                                                              "fsum",
                                                              "geomean",
                                                              "geometric_mean",
                                                              "group_concat",
                                                              "histogram",
                                                              "histogram_exact",
                                                              "json_group_array",
                                                              "json_group_object",
                                                              "json_group_structure",
                                                              "kahan_sum",
                                                              "kurtosis",
                                                              "kurtosis_pop",
                                                              "last",
                                                              "list",
                                                              "listagg",
                                                              "mad",
                                                              "max",
                                                              "max_by",
                                                              "mean",
                                                              "median",
                                                              "min",
                                                              "min_by",
                                                              "mode",
                                                              "product",
                                                              "quantile",
                                                              "quantile_cont",
                                                              "quantile_disc",
                                                              "regr_avgx",
                                                              "regr_avgy",
                                                              "regr_count",
                                                              "regr_intercept",
                                                              "regr_r2",
                                                              "regr_slope",
                                                              "regr_sxx",
                                                              "regr_sxy",
                                                              "regr_syy",
                                                              "reservoir_quantile",
                                                              "sem",
                                                              "skewness",
                                                              "st_asmvt",
                                                              "st_coverageinvalidedges_agg",
                                                              "st_coveragesimplify_agg",
                                                              "st_coverageunion_agg",
                                                              "st_envelope_agg",
                                                              "st_extent_agg",
                                                              "st_intersection_agg",
                                                              "st_memunion",
                                                              "st_memunion_agg",
                                                              "st_union_agg",
                                                              "stddev",
                                                              "stddev_pop",
                                                              "stddev_samp",
                                                              "string_agg",
                                                              "sum",
                                                              "sum_no_overflow",
                                                              "sumkahan",
                                                              "var_pop",
                                                              "var_samp",
                                                              "variance"});

// PostGIS aggregates that share their name with a function of several arguments or of a list.
constexpr auto kAggregatesOfOne =
    std::to_array<std::string_view>({"st_union", "st_collect", "st_extent", "st_makeline"});

constexpr auto kVolatile = std::to_array<std::string_view>({"ago",
                                                            "current_connection_id",
                                                            "current_query",
                                                            "current_query_id",
                                                            "current_transaction_id",
                                                            "currval",
                                                            "gen_random_uuid",
                                                            "get_current_time",
                                                            "get_current_timestamp",
                                                            "nextval",
                                                            "now",
                                                            "random",
                                                            "setseed",
                                                            "st_generatepoints",
                                                            "today",
                                                            "transaction_timestamp",
                                                            "txid_current",
                                                            "uuid",
                                                            "uuidv4",
                                                            "uuidv7"});

constexpr auto kVolatileWords = std::to_array<std::string_view>(
    {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"});

constexpr auto kConstantWords = std::to_array<std::string_view>(
    {"current_catalog", "current_role", "current_schema", "current_user", "session_user", "user"});

constexpr auto kTableFunctions =
    std::to_array<std::string_view>({"generate_series", "json_each", "json_tree", "range", "repeat",
                                     "repeat_row", "st_generatepoints", "unnest"});

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_list(const Expression& expression) {
  const std::string name = expression.function_name();
  return name.starts_with("list") || name.starts_with("array");
}

}  // namespace

bool is_value_word(std::string_view name) {
  const std::string lower = to_lower(name);
  return contains(kVolatileWords, lower) || contains(kConstantWords, lower);
}

FunctionFacts::FunctionFacts()
    : aggregates_(kAggregates.begin(), kAggregates.end()),
      volatile_(kVolatile.begin(), kVolatile.end()),
      table_functions_(kTableFunctions.begin(), kTableFunctions.end()) {}

void FunctionFacts::allow_table_function(std::string_view name) {
  table_functions_.insert(to_lower(name));
}

bool FunctionFacts::is_aggregate(const Expression& call) const {
  if (call.form() != "FUNCTION") return false;
  const std::string name = call.function_name();
  if (aggregates_.contains(name)) return true;
  // FILTER, DISTINCT and ORDER BY inside a call exist for aggregates only, whatever the name.
  if (call.flag("distinct") || call.child("filter")) return true;
  if (!call.child("order_bys").children("orders").empty()) return true;
  if (!contains(kAggregatesOfOne, name)) return false;
  const std::vector<Node> arguments = call.children("children");
  return arguments.size() == 1 && !is_list(Expression(arguments.front()));
}

bool FunctionFacts::is_volatile(const Expression& expression) const {
  if (expression.form() == "FUNCTION") return volatile_.contains(expression.function_name());
  if (!expression.is_column()) return false;
  const std::vector<std::string> names = expression.column_names();
  return names.size() == 1 && contains(kVolatileWords, to_lower(names.front()));
}

bool FunctionFacts::may_read_from(std::string_view table_function) const {
  return table_functions_.contains(to_lower(table_function));
}

bool FunctionFacts::aggregates(const Expression& expression) const {
  if (!expression) return false;
  if (is_aggregate(expression) || expression.type() == "GROUPING_FUNCTION") return true;
  bool found = false;
  for_each_below(expression, [&](const Node& below) {
    if (!found && below.kind() == NodeKind::kExpression) found = aggregates(Expression(below));
  });
  return found;
}

bool FunctionFacts::has_window(const Expression& expression) {
  return any_expression(expression, [](const Expression& e) { return e.form() == "WINDOW"; });
}

bool FunctionFacts::unnests(const Expression& expression) {
  return any_expression(expression, [](const Expression& e) {
    return e.function_name() == "unnest" || e.function_name() == "generate_subscripts";
  });
}

bool FunctionFacts::is_grouped(const Query& select) const {
  if (!select.groups().empty() || select.groups_by_all() || select.having()) return true;
  if (!select.json()->value("group_sets", nlohmann::json::array()).empty()) return true;
  if (select.modifier("DISTINCT_MODIFIER")) return true;
  const auto aggregating = [this](const Expression& e) { return aggregates(e); };
  const std::vector<Expression> items = select.select_list();
  const std::vector<Expression> orders = select.order_by();
  return std::any_of(items.begin(), items.end(), aggregating) ||
         std::any_of(orders.begin(), orders.end(), aggregating) || aggregating(select.qualify());
}

}  // namespace rhumb
