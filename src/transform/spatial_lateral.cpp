#include "transform/spatial_lateral.h"

#include "base/text.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

constexpr int64_t kMostNeighbours = 1'000'000;

// ORDER BY may name an item of the select list, by alias or by position.
Expression meant(const Expression& key, const Query& query) {
  const std::vector<Expression> items = query.select_list();
  if (const auto position = key.constant_integer()) {
    const bool inside = *position >= 1 && static_cast<size_t>(*position) <= items.size();
    return inside ? items[static_cast<size_t>(*position) - 1] : key;
  }
  const std::vector<std::string> names = key.column_names();
  for (const Expression& item : items) {
    const bool named = names.size() == 1 && equals_ignoring_case(item.alias(), names[0]);
    if (named) return item;
  }
  return key;
}

bool ascends(const Node& order) {
  const std::string_view type = order.text("type"), nulls = order.text("null_order");
  const bool up = type == "ORDER_DEFAULT" || type == "ASCENDING";
  return up && (nulls == "ORDER_DEFAULT" || nulls == "NULLS LAST" || nulls == "NULLS_LAST");
}

std::optional<Predicate> turned_distance(const Expression& key, const FromClause& from) {
  auto distance = as_distance(key);
  if (!distance) return std::nullopt;
  distance->finds_more = false;
  return turned_outward(*distance, from);
}

void read_limit(const Query& query, Picking& out) {
  const Node limit = query.modifier("LIMIT_MODIFIER");
  if (query.modifier("LIMIT_PERCENT_MODIFIER") || limit.child("offset")) {
    out.why_not = "its LIMIT has an offset or a percentage";
    return;
  }
  if (!limit) return;
  out.limit = Expression(limit.child("limit")).constant_integer();
  if (!out.limit || *out.limit < 1 || *out.limit > kMostNeighbours) {
    out.why_not = "its LIMIT is not a number from 1 to 1,000,000";
  }
}

void read_order(const Query& query, const FromClause& from, Picking& out) {
  bool first = true;
  for (const Node& order : query.modifier("ORDER_MODIFIER").children("orders")) {
    const Expression key = meant(Expression(order.child("expression")), query);
    const auto distance = turned_distance(key, from);
    if (first && distance && ascends(order)) {
      out.nearest = true;
      out.by = *distance;
    } else if (const Uses uses = from.uses(key);
               uses.unclear.empty() && !uses.outside && !uses.parameter && !key.is_star()) {
      out.order.push_back(*order.json());
      out.order.back()["expression"] = *key.json();
    } else {
      out.why_not = "it is ordered by something else that depends on the outer query";
    }
    first = false;
  }
}

void read_where(const Query& query, const FromClause& from, Picking& out) {
  if (!query.where()) return;
  for (const json* condition : conjuncts(query.where().json())) {
    const Uses uses = from.uses(Expression(condition));
    const auto predicate = as_predicate(*condition);
    const auto fitting = predicate ? turned_outward(*predicate, from) : std::nullopt;
    const bool same = fitting && out.nearest && fitting->relation == out.by.relation &&
                      rewrite::same_expression(*fitting->first.json(), *out.by.first.json()) &&
                      rewrite::same_expression(*fitting->second.json(), *out.by.second.json());
    if (same && !out.most) {
      out.most = fitting->distance;
    } else if (fitting && !out.nearest && out.by.relation.empty()) {
      out.by = *fitting;
    } else if (uses.unclear.empty() && !uses.outside && !uses.parameter) {
      out.filters.push_back(condition);
    } else {
      out.why_not = "it has another condition on the outer query";
    }
  }
}

void read_items(const Query& query, const FromClause& from, Picking& out) {
  for (const Expression& item : query.select_list()) {
    if (item.is_star() && !item.child("expr") && !item.flag("columns")) continue;
    const Uses uses = from.uses(item);
    if (!uses.unclear.empty() || FunctionFacts::unnests(item)) {
      out.why_not = "its select list: " + (uses.unclear.empty() ? "it unnests" : uses.unclear);
    }
    out.uses_outside = out.uses_outside || uses.outside;
  }
}

}  // namespace

std::optional<Picking> read_picking(const StatementCompiler& compiler, const Query& query) {
  if (!query.is_select() || !query.from() || !query.common_tables().empty()) return std::nullopt;
  const FromClause from = compiler.from_clause(query.from());
  Picking out{.query = query, .by = {}, .filters = {}, .order = {}, .why_not = ""};
  read_limit(query, out);
  read_order(query, from, out);
  read_where(query, from, out);
  if (out.by.relation.empty()) return std::nullopt;
  read_items(query, from, out);
  if (!from.known() || from.leaves().size() != 1 || from.leaves()[0].open) {
    out.why_not = "it reads something else than one table; join them in a WITH clause first";
  } else if (from.leaves()[0].looks_out) {
    out.why_not = "its table depends on the outer query";
  } else if (compiler.facts().is_grouped(query) || query.qualify() || query.child("sample")) {
    out.why_not = "it groups or chooses among its rows";
  } else if (out.nearest && !out.limit && out.why_not.empty()) {
    out.why_not = "it has no LIMIT; say how many are wanted";
  } else if (out.why_not.empty()) {
    out.why_not = compiler.why_not_beforehand(query);
  }
  return out;
}

}  // namespace rhumb::spatial
