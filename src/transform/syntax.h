#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace rhumb {

/// What a JSON object of the tree is. Everything that is none of these (modifiers, CASE branches,
/// window bounds, kinds this program does not know) is looked through.
enum class NodeKind : uint8_t { kOther, kQuery, kTable, kExpression };

/// A read-only view of one object of the tree; copied freely, valid while its SyntaxTree lives.
/// Every accessor has an answer for absent or unexpected content: "", nothing, an empty list.
class Node {
 public:
  Node() = default;
  explicit Node(const nlohmann::json* json) : json_(json) {}

  [[nodiscard]] bool exists() const { return json_ != nullptr; }
  explicit operator bool() const { return exists(); }
  [[nodiscard]] const nlohmann::json* json() const { return json_; }
  bool operator==(const Node&) const = default;

  [[nodiscard]] NodeKind kind() const;
  [[nodiscard]] std::string_view type() const { return text("type"); }
  [[nodiscard]] std::string_view alias() const { return text("alias"); }
  /// Offset in bytes into the statement.
  [[nodiscard]] std::optional<uint64_t> offset() const;

  [[nodiscard]] std::string_view text(const char* key) const;
  [[nodiscard]] std::vector<std::string> texts(const char* key) const;
  [[nodiscard]] bool flag(const char* key) const;
  [[nodiscard]] std::optional<int64_t> integer(const char* key) const;
  /// The object under `key`, or a Node that does not exist.
  [[nodiscard]] Node child(const char* key) const;
  /// The objects of the array under `key`.
  [[nodiscard]] std::vector<Node> children(const char* key) const;

 private:
  const nlohmann::json* json_ = nullptr;
};

/// A value expression. `form()` is the engine's class: COLUMN_REF, CONSTANT, FUNCTION, WINDOW, ...
class Expression : public Node {
 public:
  using Node::Node;
  explicit Expression(Node node) : Node(node) {}

  [[nodiscard]] std::string_view form() const { return text("class"); }
  [[nodiscard]] bool is_column() const { return form() == "COLUMN_REF"; }
  [[nodiscard]] bool is_star() const { return form() == "STAR"; }
  [[nodiscard]] bool is_subquery() const { return form() == "SUBQUERY"; }
  /// Parts of a column's name as written: `t.a` is {t, a}.
  [[nodiscard]] std::vector<std::string> column_names() const { return texts("column_names"); }
  /// Lower case; "" when this is no function call.
  [[nodiscard]] std::string function_name() const;
  /// Text of a string constant.
  [[nodiscard]] std::optional<std::string> constant_text() const;
  /// Value of an integer constant.
  [[nodiscard]] std::optional<int64_t> constant_integer() const;
};

class Query;

/// An entry of FROM: BASE_TABLE, JOIN, SUBQUERY, TABLE_FUNCTION, EXPRESSION_LIST, PIVOT, ...
class TableRef : public Node {
 public:
  using Node::Node;
  explicit TableRef(Node node) : Node(node) {}

  [[nodiscard]] bool is_base() const { return type() == "BASE_TABLE"; }
  [[nodiscard]] bool is_join() const { return type() == "JOIN"; }
  [[nodiscard]] bool is_subquery() const { return type() == "SUBQUERY"; }
  [[nodiscard]] std::string_view table_name() const { return text("table_name"); }
  [[nodiscard]] std::string_view schema_name() const { return text("schema_name"); }
  [[nodiscard]] std::vector<std::string> column_aliases() const {
    return texts("column_name_alias");
  }
  [[nodiscard]] TableRef left() const { return TableRef(child("left")); }
  [[nodiscard]] TableRef right() const { return TableRef(child("right")); }
  [[nodiscard]] Expression condition() const { return Expression(child("condition")); }
  /// The query of a SUBQUERY.
  [[nodiscard]] Query query() const;
};

struct CommonTable;

/// A query: SELECT_NODE, SET_OPERATION_NODE or RECURSIVE_CTE_NODE.
class Query : public Node {
 public:
  using Node::Node;
  explicit Query(Node node) : Node(node) {}

  [[nodiscard]] bool is_select() const { return type() == "SELECT_NODE"; }
  [[nodiscard]] bool is_set_operation() const { return type() == "SET_OPERATION_NODE"; }
  [[nodiscard]] bool is_recursive() const { return type() == "RECURSIVE_CTE_NODE"; }
  /// Tables of its WITH clause in the order written; each sees only those before it.
  [[nodiscard]] std::vector<CommonTable> common_tables() const;
  [[nodiscard]] std::vector<Expression> select_list() const;
  [[nodiscard]] TableRef from() const { return TableRef(child("from_table")); }
  [[nodiscard]] Expression where() const { return Expression(child("where_clause")); }
  [[nodiscard]] Expression having() const { return Expression(child("having")); }
  [[nodiscard]] Expression qualify() const { return Expression(child("qualify")); }
  [[nodiscard]] std::vector<Expression> groups() const;
  [[nodiscard]] bool groups_by_all() const {
    return text("aggregate_handling") == "FORCE_AGGREGATES";
  }
  /// ORDER BY, LIMIT and DISTINCT, by the engine's type; a Node that does not exist when absent.
  [[nodiscard]] Node modifier(std::string_view type) const;
  [[nodiscard]] bool has_limit() const;
  [[nodiscard]] std::vector<Expression> order_by() const;
  /// Of a set operation: ALL was written.
  [[nodiscard]] bool keeps_duplicates() const;
  /// Of a set operation or a recursive query.
  [[nodiscard]] Query left() const { return Query(child("left")); }
  [[nodiscard]] Query right() const { return Query(child("right")); }
};

struct CommonTable {
  std::string name;
  std::vector<std::string> aliases;
  Query query;
};

/// The engine's syntax tree of one SELECT statement together with the statement itself. Immutable;
/// copies share the tree. Thread-safe.
class SyntaxTree {
 public:
  /// Objects and lists within each other that a tree may have; deeper ones are refused, because
  /// everything that reads trees recurses. The engine itself stops at 1,000 nested expressions,
  /// which are some 2,000 levels.
  static constexpr int kMaxDepth = 2100;

  /// `json` is what Engine::syntax_tree() returned for `sql`. kBadSql when the engine reported an
  /// error, when there is not exactly one statement and when it nests too deeply. O(bytes).
  static Result<SyntaxTree> parse(std::string_view json, std::string sql);

  [[nodiscard]] Query root() const;
  [[nodiscard]] const std::string& sql() const { return *sql_; }
  /// The whole document, as json_deserialize_sql takes it.
  [[nodiscard]] const nlohmann::json& document() const { return *document_; }
  /// Line and column (in characters, from 1) of a byte offset; the file is left empty.
  [[nodiscard]] Place place(std::optional<uint64_t> offset) const;
  [[nodiscard]] Place place(const Node& node) const { return place(node.offset()); }
  /// Where the text of an expression begins: an operator itself stands behind its first operand. Of
  /// anything else its own place, or that of the first node below that has one.
  [[nodiscard]] Place place_within(const Node& node) const;

 private:
  SyntaxTree() = default;
  std::shared_ptr<const nlohmann::json> document_;
  std::shared_ptr<const std::string> sql_;
};

/// Calls `visit` for the nearest queries, tables and expressions below `node`.
void for_each_below(const Node& node, const std::function<void(const Node&)>& visit);

/// True when `test` holds for `expression` or one below it; queries within are not entered.
[[nodiscard]] bool any_expression(const Expression& expression,
                                  const std::function<bool(const Expression&)>& test);

/// Sees every query, table and expression of a tree, each once, parents first, CTEs before the
/// query they belong to.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void on_query(const Query&) {}
  /// `common` is true when the name stands for a CTE in scope.
  virtual void on_table(const TableRef&, bool /*common*/) {}
  virtual void on_expression(const Expression&) {}
};
void walk(const Query& root, Visitor& visitor);

}  // namespace rhumb
