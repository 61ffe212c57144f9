#include "transform/rewrite.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/syntax.h"

namespace rhumb::rewrite {
namespace {

// An AND that lost parts: nothing when it lost all, the last part when one is left.
std::optional<json> shrunk(json value) {
  if (Node(&value).type() != "CONJUNCTION_AND") return value;
  const auto children = value.find("children");
  if (children == value.end() || children->empty()) return std::nullopt;
  if (children->size() > 1) return value;
  json last = std::move((*children)[0]);
  return last;
}

// What serialisers write or leave out as they like.
bool says_nothing(const json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  if (value.is_structured()) return std::all_of(value.begin(), value.end(), says_nothing);
  return value.is_null() || (value.is_boolean() && !value.get<bool>());
}

bool same(const json& a, const json& b, bool outermost);

bool covers(const json& a, const json& b, bool outermost) {
  for (const auto& [key, value] : a.items()) {
    // Within an expression an alias has a meaning: {'a': x} is struct_pack(x AS a).
    if (key == "query_location" || (outermost && key == "alias") || says_nothing(value)) continue;
    const auto other = b.find(key);
    if (other == b.end() || !same(value, *other, false)) return false;
  }
  return true;
}

bool same(const json& a, const json& b, bool outermost) {
  if (a.is_object() && b.is_object()) return covers(a, b, outermost) && covers(b, a, outermost);
  if (!a.is_array() || !b.is_array()) return a == b;
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i], false)) return false;
  }
  return true;
}

// The engine prints a CROSS JOIN as a comma, which binds less than the join around it.
void spell_out_cross_joins(json& node, bool in_join) {
  if (node.is_object() && Node(&node).type() == "JOIN") {
    const bool crosses = Node(&node).text("ref_type") == "CROSS";
    if (crosses && in_join) {
      node["ref_type"] = "REGULAR";
      node["condition"] = true_value();
    }
    in_join = in_join || !crosses;
    spell_out_cross_joins(node["left"], in_join);
    spell_out_cross_joins(node["right"], in_join);
    if (node.contains("condition")) spell_out_cross_joins(node["condition"], false);
    return;
  }
  if (!node.is_structured()) return;
  for (json& below : node) spell_out_cross_joins(below, false);
}

}  // namespace

json true_value() {
  return {{"class", "CONSTANT"},
          {"type", "VALUE_CONSTANT"},
          {"alias", ""},
          {"value", {{"type", {{"id", "BOOLEAN"}}}, {"is_null", false}, {"value", true}}}};
}

json column(const std::vector<std::string>& names, std::string_view alias) {
  return {
      {"class", "COLUMN_REF"}, {"type", "COLUMN_REF"}, {"alias", alias}, {"column_names", names}};
}

json null_value(std::string_view alias) {
  return {{"class", "CONSTANT"},
          {"type", "VALUE_CONSTANT"},
          {"alias", alias},
          {"value", {{"type", {{"id", "NULL"}}}, {"is_null", true}}}};
}

json star() {
  return {{"class", "STAR"}, {"type", "STAR"}, {"exclude_list", json::array()}};
}

json subquery(json query, std::string_view alias) {
  return {{"type", "SUBQUERY"}, {"alias", alias}, {"subquery", {{"node", std::move(query)}}}};
}

json select(json select_list, json from) {
  return {{"type", "SELECT_NODE"},
          {"cte_map", {{"map", json::array()}}},
          {"select_list", std::move(select_list)},
          {"from_table", std::move(from)},
          {"aggregate_handling", "STANDARD_HANDLING"}};
}

std::string document(const json& query) {
  json whole{{"error", false}, {"statements", json::array({{{"node", query}}})}};
  spell_out_cross_joins(whole, false);
  return whole.dump(-1, ' ', false, json::error_handler_t::replace);
}

json copy_without(const json& node, const std::set<const json*>& dropped) {
  if (node.is_array()) {
    json out = json::array();
    for (const json& item : node) {
      if (dropped.contains(&item)) continue;
      if (auto copy = shrunk(copy_without(item, dropped))) out.push_back(std::move(*copy));
    }
    return out;
  }
  if (!node.is_object()) return node;
  json out = json::object();
  for (const auto& [key, value] : node.items()) {
    if (dropped.contains(&value)) continue;
    if (auto copy = shrunk(copy_without(value, dropped))) out[key] = std::move(*copy);
  }
  return out;
}

void hide_from_stars(json& node, std::string_view alias, const std::vector<std::string>& columns) {
  if (node.is_array()) {
    for (json& item : node) hide_from_stars(item, alias, columns);
  }
  if (!node.is_object() || Node(&node).kind() == NodeKind::kQuery) return;
  if (Expression(&node).is_star()) {
    const std::string_view table = Node(&node).text("relation_name");
    if (!table.empty() && !equals_ignoring_case(table, alias)) return;
    if (!node["exclude_list"].is_array()) node["exclude_list"] = json::array();
    for (const std::string& column : columns) node["exclude_list"].push_back(column);
    return;
  }
  for (auto& [key, value] : node.items()) hide_from_stars(value, alias, columns);
}

void forget_schema(json& node, std::string_view table) {
  const std::vector<std::string> names = Node(&node).texts("column_names");
  if (names.size() > 2 && equals_ignoring_case(names[0], "main") &&
      equals_ignoring_case(names[1], table)) {
    node["column_names"].erase(0);
  }
  if (!node.is_structured()) return;
  for (json& below : node) forget_schema(below, table);
}

bool same_expression(const json& a, const json& b) {
  return same(a, b, true);
}

}  // namespace rhumb::rewrite
