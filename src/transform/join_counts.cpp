#include "transform/join_counts.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/functions.h"
#include "transform/spatial_predicate.h"
#include "transform/spatial_tree.h"
#include "transform/syntax.h"

namespace rhumb {
namespace {

using nlohmann::json;

/// A table that is joined to the leftmost one.
struct Joined {
  TableRef table;
  Expression condition;
  bool keeps_unmatched = false;
};

std::string name_of(const TableRef& table) {
  return to_lower(table.alias().empty() ? table.table_name() : table.alias());
}

bool is_plain(const TableRef& table) {
  return table.is_base() && !table.child("sample") && !table.child("at_clause") &&
         table.column_aliases().empty();
}

/// The tables whose columns an expression names; nothing when one is not qualified or a query
/// stands in it.
std::optional<std::set<std::string>> tables_of(const Expression& expression) {
  std::set<std::string> tables;
  const bool unclear = any_expression(expression, [&](const Expression& e) {
    if (e.is_subquery() || e.is_star()) return true;
    if (!e.is_column()) return false;
    const std::vector<std::string> names = e.column_names();
    if (names.size() != 2) return true;
    tables.insert(to_lower(names.front()));
    return false;
  });
  if (unclear) return std::nullopt;
  return tables;
}

bool names_only(const Expression& expression, const std::string& table) {
  return tables_of(expression) == std::set<std::string>{table};
}

/// One condition that compares a geometry of the one with a geometry of the other, and that a
/// look-up answers in full.
bool compares(const Expression& condition, const std::string& one, const std::string& other) {
  const auto predicate = spatial::as_predicate(*condition.json());
  if (!predicate || predicate->finds_more || spatial::converse(predicate->relation).empty()) {
    return false;
  }
  if (predicate->distance && predicate->distance.form() != "CONSTANT") return false;
  return (names_only(predicate->first, one) && names_only(predicate->second, other)) ||
         (names_only(predicate->first, other) && names_only(predicate->second, one));
}

/// The joined tables from left to right; `leftmost` is what they are joined to.
std::optional<std::vector<Joined>> joined_tables(TableRef from, TableRef& leftmost) {
  std::vector<Joined> out;
  for (; from.is_join(); from = from.left()) {
    const std::string_view kind = from.text("join_type");
    const bool fits = (kind == "INNER" || kind == "LEFT") && from.text("ref_type") == "REGULAR" &&
                      from.condition() && is_plain(from.right());
    if (!fits) return std::nullopt;
    out.insert(
        out.begin(),
        {.table = from.right(), .condition = from.condition(), .keeps_unmatched = kind == "LEFT"});
  }
  leftmost = from;
  if (out.empty() || !is_plain(from)) return std::nullopt;
  return out;
}

bool is_plain(const Query& query) {
  if (!query.is_select() || !query.from() || !query.groups().empty() || query.groups_by_all())
    return false;
  if (query.qualify() || query.having() || query.child("sample")) return false;
  if (!query.children("modifiers").empty()) return false;
  for (const Expression& item : query.select_list()) {
    if (FunctionFacts::unnests(item)) return false;
  }
  return true;
}

/// `(SELECT count(*) FROM table WHERE condition)`, at least 1 when unmatched rows are kept.
json count_of(const Joined& joined) {
  json query =
      rewrite::select(json::array({spatial::call("count_star", {})}), *joined.table.json());
  query["where_clause"] = *joined.condition.json();
  json count = spatial::scalar_subquery(std::move(query));
  if (!joined.keeps_unmatched) return count;
  return spatial::call("greatest", {std::move(count), spatial::integer_value(1)});
}

}  // namespace

std::optional<json> joins_as_counts(const json& rows) {
  const Query query(&rows);
  if (!is_plain(query)) return std::nullopt;
  TableRef leftmost;
  const auto tables = joined_tables(query.from(), leftmost);
  if (!tables) return std::nullopt;
  const std::string source = name_of(leftmost);
  std::set<std::string> seen{source};
  json matches;
  for (const Joined& joined : *tables) {
    const std::string name = name_of(joined.table);
    if (!seen.insert(name).second || !compares(joined.condition, source, name)) return std::nullopt;
    json count = count_of(joined);
    matches = matches.is_null() ? std::move(count)
                                : spatial::product(std::move(matches), std::move(count));
  }
  if (query.where() && !names_only(query.where(), source)) return std::nullopt;
  matches["alias"] = "matches";
  json out = rewrite::select(json::array({std::move(matches)}), *leftmost.json());
  out["cte_map"] = rows.value("cte_map", json::object());
  if (query.where()) out["where_clause"] = *query.where().json();
  return out;
}

}  // namespace rhumb
