#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "transform/functions.h"
#include "transform/lineage_scope.h"
#include "transform/syntax.h"

namespace rhumb::lineage {

/// The result of a query as its reader sees it.
struct BoundQuery {
  std::vector<NamedValue> columns;
  std::string open;  ///< why there may be more columns
  Rows rows;
  std::set<std::string> datasets;  ///< whose rows these are, at any depth
};

/// One entry of FROM that is no join.
struct Entry {
  Relation relation;
  bool looks_out = false;  ///< it uses names from outside itself, or may
};

/// Gives every name of a statement its meaning, without types. One Binder binds one tree.
///
/// Follows the engine: a column of FROM comes before an alias of the select list, but for ORDER BY;
/// every FROM entry may use those to its left; a CTE sees the CTEs before it.
class Binder {
 public:
  Binder(const Schemas& upstream, const FunctionFacts& facts);

  BoundQuery bind(const Query& query, const Scope* outer = nullptr);
  /// What each condition of WHERE, HAVING, QUALIFY and ON was made from, by its JSON object; the
  /// parts of an AND are apart. USING and NATURAL stand under the object of their join.
  [[nodiscard]] const std::map<const nlohmann::json*, Value>& conditions() const {
    return conditions_;
  }
  /// By the JSON object of the entry. Those of subqueries in ORDER BY without LIMIT are missing.
  [[nodiscard]] const std::map<const nlohmann::json*, Entry>& entries() const { return entries_; }
  /// JSON objects of the queries in WITH that use names from outside themselves, or may.
  [[nodiscard]] const std::set<const nlohmann::json*>& outward() const { return outward_; }

 private:
  struct CommonEntry {
    std::string name;  // lower case
    std::shared_ptr<const BoundQuery> query;
  };

  BoundQuery bind_body(const Query& query, const Scope* outer);
  BoundQuery bind_select(const Query& query, const Scope* outer);
  BoundQuery bind_set_operation(const Query& query, const Scope* outer);
  BoundQuery bind_recursive(const Query& query, const Scope* outer);
  void bind_common_tables(const Query& query, const Scope* outer);
  void bind_groups(const Query& query, const Scope& scope, BoundQuery& out);
  void bind_modifiers(const Query& query, const Scope& scope, BoundQuery& out);
  void bind_condition(const Expression& condition, const Scope& scope, RowRole role, Rows& rows);
  Value group_value(const Expression& item, const Scope& scope, const BoundQuery& out);
  Value order_value(const Expression& item, const Scope& scope, const BoundQuery& out);

  // lineage_from.cpp
  From bind_from(const TableRef& table, const Scope* outer);
  From bind_entry(const TableRef& table, const Scope* outer);
  From bind_base(const TableRef& table);
  From bind_join(const TableRef& table, const Scope* outer);
  From bind_derived(const TableRef& table, const BoundQuery& query, std::string alias);
  From bind_table_function(const TableRef& table, const Scope* outer);
  From bind_values(const TableRef& table, const Scope* outer);
  From bind_unknown(const TableRef& table, const Scope* outer);
  void join_using(const TableRef& table, From& left, From& right);

  // lineage_select.cpp
  void bind_item(const Expression& item, const Scope& scope, BoundQuery& out);
  void bind_star(const Expression& star, const Scope& scope, BoundQuery& out);
  void bind_over_columns(const Expression& item, const Expression& columns, const Scope& scope,
                         BoundQuery& out);
  std::vector<VisibleColumn> star_columns(const Expression& star, const Scope& scope,
                                          std::string& open);

  // lineage_expression.cpp
  Value bind(const Expression& expression, const Scope& scope);
  Value bind_parts(const Node& node, const Scope& scope, LineageKind at_least);
  Value bind_over_rows(const Expression& call, const Scope& scope);
  Value bind_subquery(const Expression& expression, const Scope& scope);
  Value bind_function(const Expression& call, const Scope& scope);
  Value bind_lambda(const Expression& lambda, const Value& elements, const Scope& scope);

  const Schemas& upstream_;
  const FunctionFacts& facts_;
  std::vector<CommonEntry> common_;
  std::map<const nlohmann::json*, Value> conditions_;
  std::map<const nlohmann::json*, Entry> entries_;
  std::set<const nlohmann::json*> outward_;
  const Value* columns_value_ = nullptr;  // what COLUMNS(...) stands for at the moment
};

}  // namespace rhumb::lineage
