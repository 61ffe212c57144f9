#include "transform/lineage_scope.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::lineage {
namespace {

std::string dotted(const std::vector<std::string>& names) {
  return printable(join(names, "."), 80);
}

// nullopt: not here, ask further out. Fields of a column make it computed.
std::optional<Value> find_visible(const From& from, std::string_view name) {
  const VisibleColumn* found = nullptr;
  for (const VisibleColumn& column : from.visible) {
    if (!equals_ignoring_case(column.name, name)) continue;
    if (found != nullptr) {
      return Value::not_known(fmt::format("'{}' is a column of {} and of {}", printable(name, 80),
                                          found->relation, column.relation));
    }
    found = &column;
  }
  return found == nullptr ? std::nullopt : std::optional(found->value);
}

std::optional<Value> find_alias(const Aliases* aliases, std::string_view name) {
  if (aliases == nullptr) return std::nullopt;
  const auto at = aliases->find(to_lower(name));
  return at == aliases->end() ? std::nullopt : std::optional(at->second);
}

std::optional<Value> find_in_relation(const From& from, const std::vector<std::string>& names) {
  // `main.t.a` is the only qualification by schema that a model can have.
  const bool by_schema = names.size() > 2 && equals_ignoring_case(names[0], "main") &&
                         from.relation(names[1]) != nullptr && from.relation(names[0]) == nullptr;
  const size_t first = by_schema ? 1 : 0;
  const Relation* relation = from.relation(names[first]);
  if (relation == nullptr || names.size() < first + 2) return std::nullopt;
  auto value = relation->find(names[first + 1]);
  if (!value) return std::nullopt;
  return names.size() > first + 2 ? value->raised_to(LineageKind::kComputed) : *value;
}

std::optional<Value> whole_row(const From& from, std::string_view name) {
  const Relation* relation = from.relation(name);
  if (relation == nullptr) return std::nullopt;
  Value row = Value::constant();
  for (const NamedValue& column : relation->columns) row.add(column.value, LineageKind::kComputed);
  if (!relation->open.empty()) row.unknown = relation->open;
  return row;
}

std::optional<Value> find_here(const std::vector<std::string>& names, const Scope& scope) {
  const bool plain = names.size() == 1;
  const auto with_fields = [&](std::optional<Value> value, size_t parts) {
    if (value && names.size() > parts) value = value->raised_to(LineageKind::kComputed);
    return value;
  };
  if (auto value = find_alias(scope.parameters, names[0])) return with_fields(std::move(value), 1);
  if (scope.from != nullptr) {
    if (!plain) {
      if (auto value = find_in_relation(*scope.from, names)) return value;
    }
    if (auto value = find_visible(*scope.from, names[0])) return with_fields(std::move(value), 1);
  }
  if (auto value = find_alias(scope.aliases, names[0])) return with_fields(std::move(value), 1);
  if (!plain && equals_ignoring_case(names[0], "alias")) {
    if (auto value = find_alias(scope.aliases, names[1])) return with_fields(std::move(value), 2);
  }
  if (scope.from == nullptr) return std::nullopt;
  if (plain) {
    if (auto value = whole_row(*scope.from, names[0])) return value;
  }
  // It may be a column of the relation whose columns are not known: looking further out would
  // guess.
  if (const std::string open = scope.from->open(); !open.empty()) return Value::not_known(open);
  return std::nullopt;
}

// What could not be resolved may mean something further out.
void mark_leaving(const Scope* scope) {
  for (; scope != nullptr; scope = scope->outer) {
    if (scope->looks_out != nullptr) *scope->looks_out = true;
  }
}

}  // namespace

Value Value::column(std::string dataset, std::string name) {
  Value value;
  value.period = Period{dataset, name, ""};
  value.from[{std::move(dataset), std::move(name)}] = LineageKind::kCopied;
  return value;
}

Value Value::constant() {
  Value value;
  value.kind = LineageKind::kComputed;
  return value;
}

Value Value::not_known(std::string reason) {
  Value value = constant();
  value.unknown = std::move(reason);
  return value;
}

void Value::add(const Value& part, LineageKind at_least) {
  kind = std::max({kind, part.kind, at_least});
  for (const auto& [column, how] : part.from) {
    LineageKind& known = from.emplace(column, LineageKind::kCopied).first->second;
    known = std::max({known, how, at_least});
  }
  if (unknown.empty()) unknown = part.unknown;
  if (period != part.period) period.reset();
  over_rows_of.insert(part.over_rows_of.begin(), part.over_rows_of.end());
}

Value Value::raised_to(LineageKind at_least) const {
  Value value;
  value.add(*this, at_least);
  return value;
}

void Rows::add(const Value& value, RowRole role) {
  for (const auto& [column, kind] : value.from) sources.insert({column.first, column.second, role});
  if (unknown.empty()) unknown = value.unknown;
}

void Rows::add(const Rows& other) {
  sources.insert(other.sources.begin(), other.sources.end());
  if (unknown.empty()) unknown = other.unknown;
}

std::optional<Value> Relation::find(std::string_view column) const {
  for (const NamedValue& candidate : columns) {
    if (equals_ignoring_case(candidate.name, column)) return candidate.value;
  }
  if (open.empty()) return std::nullopt;
  if (!dataset.empty()) return Value::column(dataset, std::string(column));
  return any_column ? *any_column : Value::not_known(open);
}

std::string From::open() const {
  for (const Relation& relation : relations) {
    if (!relation.open.empty()) return relation.open;
  }
  return "";
}

const Relation* From::relation(std::string_view alias) const {
  for (const Relation& candidate : relations) {
    if (equals_ignoring_case(candidate.alias, alias)) return &candidate;
  }
  return nullptr;
}

void From::add(Relation relation) {
  for (const NamedValue& column : relation.columns) {
    visible.push_back({column.name, relation.alias, column.value});
  }
  relations.push_back(std::move(relation));
}

Value resolve(const std::vector<std::string>& names, const Scope& scope) {
  if (names.empty()) return Value::not_known("a column without a name");
  const bool word = names.size() == 1 && is_value_word(names[0]);
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    if (auto value = find_here(names, *at)) {
      if (!value->unknown.empty()) mark_leaving(at);
      return *value;
    }
    if (at->looks_out != nullptr && !word) *at->looks_out = true;
  }
  if (word) return Value::constant();
  return Value::not_known(fmt::format("no column '{}' is in reach", dotted(names)));
}

}  // namespace rhumb::lineage
