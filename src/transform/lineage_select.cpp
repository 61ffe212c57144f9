#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/lineage_binder.h"
#include "transform/name_pattern.h"

namespace rhumb::lineage {
namespace {

// The name the engine gives a column without an alias, where that is simple to say.
std::string item_name(const Expression& item) {
  if (!item.alias().empty()) return std::string(item.alias());
  if (item.is_column()) {
    const std::vector<std::string> names = item.column_names();
    return names.empty() ? "" : names.back();
  }
  if (item.function_name() == "count_star") return "count_star()";
  return "";
}

// COLUMNS(...) at or below, but not what is unpacked into one call's arguments.
Expression find_columns(const Expression& expression) {
  if (expression.is_star() && expression.flag("columns")) return expression;
  Expression found;
  if (expression.type() == "OPERATOR_UNPACK") return found;
  for_each_below(expression, [&](const Node& below) {
    if (!found && below.kind() == NodeKind::kExpression) found = find_columns(Expression(below));
  });
  return found;
}

// `* LIKE 'a%'` is an operator over a star.
bool filters_star(const Expression& item) {
  const std::vector<Node> operands = item.children("children");
  return item.form() == "FUNCTION" && item.flag("is_operator") && !operands.empty() &&
         Expression(operands.front()).is_star() && !operands.front().flag("columns");
}

// Keeps the columns that COLUMNS('pattern') or COLUMNS([names]) means.
void keep_chosen(const Expression& chooser, std::vector<VisibleColumn>& columns,
                 std::string& open) {
  const auto give_up = [&] {
    columns.clear();
    open = "which columns COLUMNS(...) means is not known";
  };
  if (const auto text = chooser.constant_text()) {
    const auto pattern = NamePattern::parse(*text);
    const auto plain = [](const VisibleColumn& c) {
      return !c.name.empty() && std::all_of(c.name.begin(), c.name.end(), [](char x) {
        return static_cast<unsigned char>(x) < 128;
      });
    };
    if (!pattern || !std::all_of(columns.begin(), columns.end(), plain)) return give_up();
    std::erase_if(columns, [&](const auto& column) { return !pattern->matches(column.name); });
    return;
  }
  if (chooser.function_name() != "list_value") return give_up();
  std::vector<VisibleColumn> chosen;
  for (const Node& item : chooser.children("children")) {
    const auto name = Expression(item).constant_text();
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& column) {
      return name && equals_ignoring_case(column.name, *name);
    });
    if (at == columns.end()) return give_up();
    chosen.push_back(*at);
  }
  columns = std::move(chosen);
}

void leave_out(const Expression& star, std::vector<VisibleColumn>& columns) {
  for (const std::string& name : star.texts("exclude_list")) {
    std::erase_if(columns, [&](const auto& c) { return equals_ignoring_case(c.name, name); });
  }
  for (const Node& qualified : star.children("qualified_exclude_list")) {
    std::erase_if(columns, [&](const auto& c) {
      return equals_ignoring_case(c.name, qualified.text("column")) &&
             equals_ignoring_case(c.relation, qualified.text("table"));
    });
  }
}

void rename(const Expression& star, std::vector<VisibleColumn>& columns) {
  for (const Node& entry : star.children("rename_list")) {
    const Node key = entry.child("key");
    for (VisibleColumn& column : columns) {
      if (!equals_ignoring_case(column.name, key.text("column"))) continue;
      const bool other_table =
          !key.text("table").empty() && !equals_ignoring_case(key.text("table"), column.relation);
      if (!other_table) column.name = std::string(entry.text("value"));
    }
  }
}

}  // namespace

void Binder::bind_item(const Expression& item, const Scope& scope, BoundQuery& out) {
  if (filters_star(item)) {
    out.open = "which columns * with a condition means is not known";
    return;
  }
  if (item.is_star()) return bind_star(item, scope, out);
  if (const Expression columns = find_columns(item)) {
    return bind_over_columns(item, columns, scope, out);
  }
  out.columns.push_back({item_name(item), bind(item, scope)});
}

void Binder::bind_star(const Expression& star, const Scope& scope, BoundQuery& out) {
  std::string open;
  for (VisibleColumn& column : star_columns(star, scope, open)) {
    out.columns.push_back({std::move(column.name), std::move(column.value)});
  }
  if (out.open.empty()) out.open = std::move(open);
}

// `min(COLUMNS(*))` is one item for each column, under the column's name.
void Binder::bind_over_columns(const Expression& item, const Expression& columns,
                               const Scope& scope, BoundQuery& out) {
  std::string open;
  const Value* before = columns_value_;
  for (const VisibleColumn& column : star_columns(columns, scope, open)) {
    columns_value_ = &column.value;
    out.columns.push_back(
        {item.alias().empty() ? column.name : std::string(item.alias()), bind(item, scope)});
  }
  columns_value_ = before;
  if (out.open.empty()) out.open = std::move(open);
}

std::vector<VisibleColumn> Binder::star_columns(const Expression& star, const Scope& scope,
                                                std::string& open) {
  std::vector<VisibleColumn> columns;
  if (scope.from == nullptr) {
    if (scope.outer != nullptr) return star_columns(star, *scope.outer, open);
    open = "* without FROM";
    return columns;
  }
  const std::string_view table = star.text("relation_name");
  if (table.empty()) {
    columns = scope.from->visible;
    open = scope.from->open();
  } else if (const Relation* relation = scope.from->relation(table)) {
    for (const NamedValue& c : relation->columns)
      columns.push_back({c.name, relation->alias, c.value});
    open = relation->open;
  } else {
    open = fmt::format("'{}.*' is of no table in FROM", printable(table, 80));
  }
  leave_out(star, columns);
  for (const Node& entry : star.children("replace_list")) {
    for (VisibleColumn& column : columns) {
      if (!equals_ignoring_case(column.name, entry.text("key"))) continue;
      column.value = bind(Expression(entry.child("value")), scope);
    }
  }
  rename(star, columns);
  const Expression chooser(star.child("expr"));
  if (star.flag("columns") && chooser) {
    if (open.empty()) {
      keep_chosen(chooser, columns, open);
    } else {
      columns.clear();
    }
  }
  return columns;
}

}  // namespace rhumb::lineage
