#include "transform/spatial_tree.h"

#include <limits>
#include <utility>

#include "transform/syntax.h"

namespace rhumb::spatial {
namespace {

json constant(std::string_view type, json value) {
  return {{"class", "CONSTANT"},
          {"type", "VALUE_CONSTANT"},
          {"alias", ""},
          {"value", {{"type", {{"id", type}}}, {"is_null", false}, {"value", std::move(value)}}}};
}

json comparison(std::string_view type, json left, json right) {
  return {{"class", "COMPARISON"},
          {"type", type},
          {"alias", ""},
          {"left", std::move(left)},
          {"right", std::move(right)}};
}

void collect_conjuncts(const json& condition, std::vector<const json*>& out) {
  if (Node(&condition).type() != "CONJUNCTION_AND") {
    out.push_back(&condition);
    return;
  }
  for (const Node& part : Node(&condition).children("children")) {
    collect_conjuncts(*part.json(), out);
  }
}

}  // namespace

json text_value(std::string_view text) {
  return constant("VARCHAR", text);
}

// As the parser has a number of that size.
json integer_value(int64_t value) {
  const bool small =
      value >= std::numeric_limits<int32_t>::min() && value <= std::numeric_limits<int32_t>::max();
  return constant(small ? "INTEGER" : "BIGINT", value);
}

json double_value(double value) {
  return constant("DOUBLE", value);
}

json false_value() {
  return constant("BOOLEAN", false);
}

json call(std::string_view function, std::vector<json> arguments, std::string_view alias) {
  return {{"class", "FUNCTION"},
          {"type", "FUNCTION"},
          {"alias", alias},
          {"function_name", function},
          {"children", std::move(arguments)},
          {"order_bys", {{"type", "ORDER_MODIFIER"}, {"orders", json::array()}}}};
}

json coalesce(std::vector<json> values) {
  return {{"class", "OPERATOR"},
          {"type", "OPERATOR_COALESCE"},
          {"alias", ""},
          {"children", std::move(values)}};
}

json equal(json left, json right) {
  return comparison("COMPARE_EQUAL", std::move(left), std::move(right));
}

json less(json left, json right) {
  return comparison("COMPARE_LESSTHAN", std::move(left), std::move(right));
}

json product(json left, json right) {
  json out = call("*", {std::move(left), std::move(right)});
  out["is_operator"] = true;
  return out;
}

json negation(json condition) {
  return {{"class", "OPERATOR"},
          {"type", "OPERATOR_NOT"},
          {"alias", ""},
          {"children", json::array({std::move(condition)})}};
}

json is_null(json value) {
  return {{"class", "OPERATOR"},
          {"type", "OPERATOR_IS_NULL"},
          {"alias", ""},
          {"children", json::array({std::move(value)})}};
}

json any_of(std::vector<json> conditions) {
  return {{"class", "CONJUNCTION"},
          {"type", "CONJUNCTION_OR"},
          {"alias", ""},
          {"children", std::move(conditions)}};
}

json all_of(std::vector<json> conditions) {
  if (conditions.empty()) return nullptr;
  if (conditions.size() == 1) return std::move(conditions.front());
  return {{"class", "CONJUNCTION"},
          {"type", "CONJUNCTION_AND"},
          {"alias", ""},
          {"children", std::move(conditions)}};
}

json when(json condition, json value, json otherwise) {
  json check{{"when_expr", std::move(condition)}, {"then_expr", std::move(value)}};
  return {{"class", "CASE"},
          {"type", "CASE_EXPR"},
          {"alias", ""},
          {"case_checks", json::array({std::move(check)})},
          {"else_expr", std::move(otherwise)}};
}

json cast(json value, std::string_view type) {
  return {{"class", "CAST"},           {"type", "OPERATOR_CAST"},     {"alias", ""},
          {"child", std::move(value)}, {"cast_type", {{"id", type}}}, {"try_cast", false}};
}

json row_number(std::string_view alias) {
  return {{"class", "WINDOW"},
          {"type", "WINDOW_ROW_NUMBER"},
          {"alias", alias},
          {"function_name", "row_number"},
          {"children", json::array()},
          {"partitions", json::array()},
          {"orders", json::array()},
          {"start", "UNBOUNDED_PRECEDING"},
          {"end", "CURRENT_ROW_RANGE"},
          {"exclude_clause", "NO_OTHER"}};
}

json scalar_subquery(json query) {
  return {{"class", "SUBQUERY"},
          {"type", "SUBQUERY"},
          {"alias", ""},
          {"subquery_type", "SCALAR"},
          {"subquery", {{"node", std::move(query)}}},
          {"comparison_type", "INVALID"}};
}

json table(std::string_view schema, std::string_view name, std::string_view alias) {
  return {{"type", "BASE_TABLE"},
          {"alias", alias},
          {"schema_name", schema},
          {"table_name", name},
          {"column_name_alias", json::array()}};
}

json join(std::string_view kind, json left, json right, json condition) {
  json out{{"type", "JOIN"},
           {"alias", ""},
           {"left", std::move(left)},
           {"right", std::move(right)},
           {"join_type", kind},
           {"ref_type", condition.is_null() ? "CROSS" : "REGULAR"},
           {"using_columns", json::array()}};
  if (!condition.is_null()) out["condition"] = std::move(condition);
  return out;
}

json common_table(std::string_view name, json query) {
  return {{"key", name},
          {"value",
           {{"aliases", json::array()},
            {"query", {{"node", std::move(query)}}},
            {"materialized", "CTE_MATERIALIZE_ALWAYS"}}}};
}

json star_without(const std::vector<std::string>& columns) {
  json out = rewrite::star();
  for (const std::string& column : columns) out["exclude_list"].push_back(column);
  return out;
}

std::vector<const json*> conjuncts(const json* condition) {
  std::vector<const json*> out;
  if (condition != nullptr) collect_conjuncts(*condition, out);
  return out;
}

bool is_true(const json& expression) {
  const Node node(&expression);
  const auto says_true = [](const Node& constant) {
    const json* value = constant.child("value").json();
    const auto at = value == nullptr ? json::const_iterator() : value->find("value");
    if (value == nullptr || at == value->end()) return false;
    return (at->is_boolean() && at->get<bool>()) || (at->is_string() && *at == "t");
  };
  if (node.type() == "VALUE_CONSTANT") {
    return node.child("value").child("type").text("id") == "BOOLEAN" && says_true(node);
  }
  return node.type() == "OPERATOR_CAST" && node.child("cast_type").text("id") == "BOOLEAN" &&
         says_true(node.child("child"));
}

}  // namespace rhumb::spatial
