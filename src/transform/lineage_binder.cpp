#include "transform/lineage_binder.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb::lineage {
namespace {

void rename(std::vector<NamedValue>& columns, const std::vector<std::string>& names) {
  for (size_t i = 0; i < columns.size() && i < names.size(); ++i) columns[i].name = names[i];
}

Aliases aliases_of(const BoundQuery& query) {
  Aliases aliases;
  for (const NamedValue& column : query.columns) {
    if (!column.name.empty()) aliases.emplace(to_lower(column.name), column.value);
  }
  return aliases;
}

void merge_by_position(BoundQuery& left, const BoundQuery& right) {
  if (left.columns.size() != right.columns.size() && left.open.empty()) {
    left.open =
        right.open.empty() ? "the two sides of a set operation differ in columns" : right.open;
  }
  for (size_t i = 0; i < left.columns.size() && i < right.columns.size(); ++i) {
    left.columns[i].value.add(right.columns[i].value, LineageKind::kCopied);
  }
}

void merge_by_name(BoundQuery& left, const BoundQuery& right) {
  for (const NamedValue& column : right.columns) {
    const auto same = std::find_if(left.columns.begin(), left.columns.end(), [&](const auto& mine) {
      return !column.name.empty() && equals_ignoring_case(mine.name, column.name);
    });
    if (same == left.columns.end()) {
      left.columns.push_back(column);
    } else {
      same->value.add(column.value, LineageKind::kCopied);
    }
    // Two columns without a name of ours may be one to the engine.
    if (column.name.empty() && left.open.empty()) left.open = "BY NAME with unnamed columns";
  }
  if (left.open.empty()) left.open = right.open;
}

}  // namespace

Binder::Binder(const Schemas& upstream, const FunctionFacts& facts)
    : upstream_(upstream), facts_(facts) {}

BoundQuery Binder::bind(const Query& query, const Scope* outer) {
  const size_t before = common_.size();
  bind_common_tables(query, outer);
  BoundQuery bound = bind_body(query, outer);
  common_.resize(before);
  return bound;
}

BoundQuery Binder::bind_body(const Query& query, const Scope* outer) {
  if (query.is_select()) return bind_select(query, outer);
  if (query.is_set_operation()) return bind_set_operation(query, outer);
  BoundQuery unknown;
  unknown.open = "a query of an unknown kind: " + std::string(query.type());
  unknown.rows.unknown = unknown.open;
  return unknown;
}

void Binder::bind_common_tables(const Query& query, const Scope* outer) {
  for (const CommonTable& table : query.common_tables()) {
    bool looks_out = false;
    const Scope edge{.outer = outer, .looks_out = &looks_out};
    auto bound = std::make_shared<BoundQuery>(
        table.query.is_recursive() ? bind_recursive(table.query, &edge) : bind(table.query, &edge));
    if (looks_out) outward_.insert(table.query.json());
    rename(bound->columns, table.aliases);
    common_.push_back({to_lower(table.name), std::move(bound)});
  }
}

// The recursing side reads what both sides make, so it is bound until nothing is added any more.
BoundQuery Binder::bind_recursive(const Query& query, const Scope* outer) {
  const size_t before = common_.size();
  bind_common_tables(query, outer);
  BoundQuery bound = bind(query.left(), outer);
  rename(bound.columns, query.texts("aliases"));
  const std::string name = to_lower(query.text("cte_name"));
  for (bool grown = true; grown;) {
    common_.push_back({name, std::make_shared<BoundQuery>(bound)});
    const BoundQuery step = bind(query.right(), outer);
    common_.pop_back();
    BoundQuery next = bound;
    merge_by_position(next, step);
    next.rows.add(step.rows);
    next.datasets.insert(step.datasets.begin(), step.datasets.end());
    grown = next.rows.sources != bound.rows.sources || next.open != bound.open;
    for (size_t i = 0; i < next.columns.size(); ++i) {
      grown = grown || next.columns[i].value != bound.columns[i].value;
    }
    bound = std::move(next);
  }
  common_.resize(before);
  return bound;
}

BoundQuery Binder::bind_select(const Query& query, const Scope* outer) {
  const From from = query.from() ? bind_from(query.from(), outer) : From{};
  BoundQuery out;
  out.rows = from.rows;
  out.datasets = from.datasets;
  Aliases aliases;
  const Scope scope{.from = &from, .aliases = &aliases, .outer = outer};
  for (const Expression& item : query.select_list()) {
    const size_t first = out.columns.size();
    bind_item(item, scope, out);
    const bool named = !item.alias().empty() && out.columns.size() == first + 1;
    if (named) aliases.emplace(to_lower(item.alias()), out.columns.back().value);
  }
  bind_condition(query.where(), scope, RowRole::kFilter, out.rows);
  bind_groups(query, scope, out);
  bind_condition(query.having(), scope, RowRole::kFilter, out.rows);
  bind_condition(query.qualify(), scope, RowRole::kFilter, out.rows);
  bind_modifiers(query, scope, out);
  return out;
}

BoundQuery Binder::bind_set_operation(const Query& query, const Scope* outer) {
  BoundQuery left = bind(query.left(), outer);
  const BoundQuery right = bind(query.right(), outer);
  const std::string_view kind = query.text("setop_type");
  left.rows.add(right.rows);
  left.datasets.insert(right.datasets.begin(), right.datasets.end());
  if (kind == "UNION_BY_NAME") {
    merge_by_name(left, right);
  } else if (kind == "UNION") {
    merge_by_position(left, right);
  } else {
    for (const NamedValue& column : left.columns) left.rows.add(column.value, RowRole::kFilter);
    for (const NamedValue& column : right.columns) left.rows.add(column.value, RowRole::kFilter);
    if (left.rows.unknown.empty()) left.rows.unknown = left.open.empty() ? right.open : left.open;
  }
  const Aliases aliases = aliases_of(left);
  const Scope scope{.aliases = &aliases, .outer = outer};
  bind_modifiers(query, scope, left);
  return left;
}

// Parts of an AND are kept apart: incremental builds drop single ones.
void Binder::bind_condition(const Expression& condition, const Scope& scope, RowRole role,
                            Rows& rows) {
  if (!condition) return;
  if (condition.type() == "CONJUNCTION_AND") {
    for (const Node& part : condition.children("children")) {
      bind_condition(Expression(part), scope, role, rows);
    }
    return;
  }
  Value value = bind(condition, scope);
  rows.add(value, role);
  conditions_[condition.json()] = std::move(value);
}

void Binder::bind_groups(const Query& query, const Scope& scope, BoundQuery& out) {
  for (const Expression& group : query.groups()) {
    out.rows.add(group_value(group, scope, out), RowRole::kGroup);
  }
  if (!query.groups_by_all()) return;
  for (const NamedValue& column : out.columns) {
    if (column.value.kind != LineageKind::kAggregated) out.rows.add(column.value, RowRole::kGroup);
  }
}

void Binder::bind_modifiers(const Query& query, const Scope& scope, BoundQuery& out) {
  if (const Node distinct = query.modifier("DISTINCT_MODIFIER")) {
    const std::vector<Node> targets = distinct.children("distinct_on_targets");
    for (const Node& target : targets) {
      out.rows.add(order_value(Expression(target), scope, out), RowRole::kGroup);
    }
    if (targets.empty()) {
      for (const NamedValue& column : out.columns) out.rows.add(column.value, RowRole::kGroup);
    }
  }
  const bool keeps_first = query.has_limit() || query.modifier("DISTINCT_MODIFIER");
  if (!keeps_first) return;
  for (const Expression& order : query.order_by()) {
    if (order.is_star()) {
      for (const NamedValue& column : out.columns) out.rows.add(column.value, RowRole::kOrder);
    } else {
      out.rows.add(order_value(order, scope, out), RowRole::kOrder);
    }
  }
}

// GROUP BY 1 means the first output column.
Value Binder::group_value(const Expression& item, const Scope& scope, const BoundQuery& out) {
  const auto position = item.constant_integer();
  if (!position) return bind(item, scope);
  if (!out.open.empty()) return Value::not_known(out.open);
  const bool inside = *position >= 1 && static_cast<size_t>(*position) <= out.columns.size();
  return inside ? out.columns[static_cast<size_t>(*position) - 1].value : Value::constant();
}

// As GROUP BY, but an alias comes before a column of the same name.
Value Binder::order_value(const Expression& item, const Scope& scope, const BoundQuery& out) {
  const std::vector<std::string> names = item.column_names();
  if (names.size() == 1 && scope.aliases != nullptr) {
    const auto alias = scope.aliases->find(to_lower(names.front()));
    if (alias != scope.aliases->end()) return alias->second;
  }
  return group_value(item, scope, out);
}

}  // namespace rhumb::lineage
