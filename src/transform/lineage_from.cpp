#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/lineage_binder.h"

namespace rhumb::lineage {
namespace {

// Column names must be unique where they can be referred to: the engine renames the second `x` of a
// derived table to `x_1`.
void make_unique(std::vector<NamedValue>& columns) {
  std::map<std::string, int> seen;
  for (NamedValue& column : columns) {
    if (column.name.empty()) continue;
    const int before = seen[to_lower(column.name)]++;
    if (before > 0) column.name += fmt::format("_{}", before);
  }
}

void rename(Relation& relation, const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size() && i < relation.columns.size(); ++i) {
    relation.columns[i].name = names[i];
  }
  // Names given to columns nobody listed: they could be any of the relation.
  if (!relation.open.empty() && !names.empty()) relation.dataset.clear();
}

std::vector<std::string> function_columns(const std::string& name) {
  if (name == "json_each" || name == "json_tree") {
    return {"key", "value", "type", "atom", "id", "parent", "fullkey", "path"};
  }
  if (name == "unnest" || name == "range" || name == "generate_series") return {name};
  return {};
}

VisibleColumn* find_visible(From& from, std::string_view name) {
  const auto at = std::find_if(from.visible.begin(), from.visible.end(), [&](const auto& column) {
    return equals_ignoring_case(column.name, name);
  });
  return at == from.visible.end() ? nullptr : &*at;
}

// What the one column is that USING makes of two.
Value merged(const Value& left, const Value& right, std::string_view join_type) {
  if (join_type == "RIGHT") return right;
  if (join_type != "OUTER" && join_type != "FULL") return left;
  Value both = left;
  both.add(right, LineageKind::kComputed);
  return both.raised_to(LineageKind::kComputed);
}

std::vector<std::string> common_names(const From& left, const From& right) {
  std::vector<std::string> names;
  for (const VisibleColumn& column : left.visible) {
    const auto same = [&](const auto& other) {
      return equals_ignoring_case(other.name, column.name);
    };
    if (std::any_of(right.visible.begin(), right.visible.end(), same)) names.push_back(column.name);
  }
  return names;
}

void append(From& left, From right) {
  for (Relation& relation : right.relations) left.relations.push_back(std::move(relation));
  for (VisibleColumn& column : right.visible) left.visible.push_back(std::move(column));
  left.rows.add(right.rows);
  left.datasets.merge(right.datasets);
}

}  // namespace

From Binder::bind_from(const TableRef& table, const Scope* outer) {
  if (table.type() == "EMPTY") return {};
  if (table.is_join()) return bind_join(table, outer);
  bool looks_out = false;
  const Scope edge{.outer = outer, .looks_out = &looks_out};
  From from = bind_entry(table, &edge);
  Entry& entry = entries_[table.json()];
  entry.looks_out = entry.looks_out || looks_out;
  if (!from.relations.empty()) entry.relation = from.relations.front();
  return from;
}

From Binder::bind_entry(const TableRef& table, const Scope* outer) {
  const std::string_view type = table.type();
  if (table.is_base()) return bind_base(table);
  if (table.is_subquery()) {
    return bind_derived(table, bind(table.query(), outer), std::string(table.alias()));
  }
  if (type == "TABLE_FUNCTION") return bind_table_function(table, outer);
  if (type == "EXPRESSION_LIST") return bind_values(table, outer);
  return bind_unknown(table, outer);
}

From Binder::bind_base(const TableRef& table) {
  const std::string name(table.table_name()), lower = to_lower(name);
  const std::string schema = to_lower(table.schema_name());
  const std::string alias = table.alias().empty() ? name : std::string(table.alias());
  if (schema.empty() || schema == "recurring") {
    for (auto entry = common_.rbegin(); entry != common_.rend(); ++entry) {
      if (entry->name == lower) {
        const auto query = entry->query;  // binding may move the list
        return bind_derived(table, *query, alias);
      }
    }
  }
  Relation relation{.alias = alias};
  const bool elsewhere = !schema.empty() && schema != "main" && schema != "recurring";
  const std::string wanted = elsewhere ? schema + "." + name : name;
  const auto known = std::find_if(upstream_.begin(), upstream_.end(), [&](const auto& entry) {
    return equals_ignoring_case(entry.first, wanted);
  });
  if (known == upstream_.end()) {
    relation.open = fmt::format("the columns of {} are not known", printable(name, 80));
    relation.dataset = name;
  } else {
    for (const Column& column : known->second) {
      relation.columns.push_back({column.name, Value::column(known->first, column.name)});
    }
  }
  rename(relation, table.column_aliases());
  From from;
  from.datasets.insert(known == upstream_.end() ? name : known->first);
  from.add(std::move(relation));
  return from;
}

From Binder::bind_derived(const TableRef& table, const BoundQuery& query, std::string alias) {
  if (alias.empty()) alias = "unnamed_subquery";
  Relation relation{.alias = std::move(alias), .columns = query.columns, .open = query.open};
  make_unique(relation.columns);
  rename(relation, table.column_aliases());
  From from;
  from.rows = query.rows;
  from.datasets = query.datasets;
  from.add(std::move(relation));
  return from;
}

From Binder::bind_join(const TableRef& table, const Scope* outer) {
  From left = bind_from(table.left(), outer);
  const Scope lateral{.from = &left, .outer = outer};
  From right = bind_from(table.right(), &lateral);
  if (table.condition()) {
    From both = left;
    append(both, right);
    both.rows = {};
    const Scope scope{.from = &both, .outer = outer};
    bind_condition(table.condition(), scope, RowRole::kJoin, left.rows);
  }
  join_using(table, left, right);
  const std::string_view kind = table.text("join_type");
  if (kind == "SEMI" || kind == "ANTI") {
    left.rows.add(right.rows);
    left.datasets.insert(right.datasets.begin(), right.datasets.end());
    return left;
  }
  const std::vector<std::string> shared = table.text("ref_type") == "NATURAL"
                                              ? common_names(left, right)
                                              : table.texts("using_columns");
  for (const std::string& name : shared) {
    std::erase_if(right.visible, [&](const auto& c) { return equals_ignoring_case(c.name, name); });
  }
  append(left, std::move(right));
  return left;
}

// Makes the left side's columns stand for both; those of the right side are hidden by the caller.
void Binder::join_using(const TableRef& table, From& left, From& right) {
  const bool natural = table.text("ref_type") == "NATURAL";
  const std::string open = left.open().empty() ? right.open() : left.open();
  if (natural && !open.empty()) {
    // Which columns are shared is unknown, and so is what any name without its table means.
    for (VisibleColumn& column : left.visible) column.value.unknown = open;
    for (VisibleColumn& column : right.visible) column.value.unknown = open;
    left.rows.unknown = open;
  }
  for (const std::string& name :
       natural ? common_names(left, right) : table.texts("using_columns")) {
    VisibleColumn* mine = find_visible(left, name);
    const VisibleColumn* theirs = find_visible(right, name);
    const Value unknown =
        Value::not_known(open.empty() ? fmt::format("USING names '{}', which is not on both sides",
                                                    printable(name, 80))
                                      : open);
    for (const VisibleColumn* column : {static_cast<const VisibleColumn*>(mine), theirs}) {
      const Value& value = column == nullptr ? unknown : column->value;
      left.rows.add(value, RowRole::kJoin);
      conditions_[table.json()].add(value, LineageKind::kComputed);
    }
    if (mine == nullptr) {
      left.visible.push_back({name, "", unknown});
    } else {
      mine->value =
          merged(mine->value, theirs == nullptr ? unknown : theirs->value, table.text("join_type"));
    }
  }
}

From Binder::bind_table_function(const TableRef& table, const Scope* outer) {
  const Expression call(table.child("function"));
  const std::string name = call.function_name();
  const Scope scope{.outer = outer};
  const Value made = bind_parts(call, scope, LineageKind::kComputed);
  Relation relation{.alias = table.alias().empty() ? name : std::string(table.alias())};
  for (const std::string& column : function_columns(name))
    relation.columns.push_back({column, made});
  if (table.text("with_ordinality") == "WITH_ORDINALITY") {
    relation.columns.push_back({"ordinality", made});
  }
  if (function_columns(name).empty()) {
    relation.open = fmt::format("the columns of {}() are not known", printable(name, 80));
    relation.any_column = made;
  }
  rename(relation, table.column_aliases());
  From from;
  from.rows.add(made, RowRole::kJoin);
  from.add(std::move(relation));
  return from;
}

From Binder::bind_values(const TableRef& table, const Scope* outer) {
  Relation relation{.alias = std::string(table.alias())};
  const Scope scope{.outer = outer};
  const auto values = table.json()->find("values");
  if (values != table.json()->end() && values->is_array()) {
    for (const nlohmann::json& row : *values) {
      if (!row.is_array()) continue;
      for (size_t i = 0; i < row.size(); ++i) {
        if (i >= relation.columns.size()) {
          relation.columns.push_back({fmt::format("col{}", i), Value::constant()});
        }
        relation.columns[i].value.add(bind(Expression(&row[i]), scope), LineageKind::kCopied);
      }
    }
  }
  rename(relation, table.column_aliases());
  From from;
  from.add(std::move(relation));
  return from;
}

From Binder::bind_unknown(const TableRef& table, const Scope* outer) {
  Relation relation{.alias = std::string(table.alias())};
  relation.open = fmt::format("{} is not followed", printable(table.type(), 80));
  From from;
  from.rows.unknown = relation.open;
  if (const TableRef source(table.child("source")); source) {
    From below = bind_from(source, outer);
    from.rows.add(below.rows);
    from.datasets = std::move(below.datasets);
  }
  from.add(std::move(relation));
  return from;
}

}  // namespace rhumb::lineage
