#include "transform/syntax.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

using nlohmann::json;

constexpr auto kTableTypes = std::to_array<std::string_view>(
    {"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST", "PIVOT",
     "SHOW_REF", "COLUMN_DATA", "DELIM_GET", "BOUND_TABLE_REF", "CTE"});

const json* find_key(const json* object, const char* key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto at = object->find(key);
  return at == object->end() ? nullptr : &*at;
}

// Deepest nesting of brackets outside strings. Runs before the parser so that a hostile tree is
// refused before anything recurses over it.
int nesting(std::string_view text) {
  int depth = 0, deepest = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

Error reported(const json& document) {
  const Node node(&document);
  Error error{.code = Code::kBadSql, .message = std::string(node.text("error_message"))};
  if (node.text("error_type") == "not implemented") {
    error.message = "the statement is not a SELECT that can be analysed: " + error.message;
    error.hint =
        "A model is one SELECT. PIVOT without its list of values is several statements: name the "
        "values with PIVOT ... ON column IN (...) inside FROM.";
  }
  return error;
}

void walk_node(const Node& node, std::vector<std::string>& scope, Visitor& visitor);

void walk_below(const Node& node, std::vector<std::string>& scope, Visitor& visitor) {
  for_each_below(node, [&](const Node& below) { walk_node(below, scope, visitor); });
}

// A recursive query sees its own name; the recursing part may also say `recurring.name`.
void walk_query(const Query& query, std::vector<std::string>& scope, Visitor& visitor) {
  const size_t outer = scope.size();
  visitor.on_query(query);
  for (const CommonTable& table : query.common_tables()) {
    const bool recursive = table.query.is_recursive();
    if (recursive) scope.push_back(to_lower(table.name));
    walk_query(table.query, scope, visitor);
    if (!recursive) scope.push_back(to_lower(table.name));
  }
  for (const auto& [key, value] : query.json()->items()) {
    if (key == "cte_map" || !value.is_structured()) continue;
    const Node below(&value);
    if (below.kind() == NodeKind::kOther) {
      walk_below(below, scope, visitor);
    } else {
      walk_node(below, scope, visitor);
    }
  }
  scope.resize(outer);
}

void walk_table(const TableRef& table, std::vector<std::string>& scope, Visitor& visitor) {
  const std::string schema = to_lower(table.schema_name());
  const bool may_be_common = table.is_base() && (schema.empty() || schema == "recurring");
  const bool common = may_be_common && std::find(scope.begin(), scope.end(),
                                                 to_lower(table.table_name())) != scope.end();
  visitor.on_table(table, common);
  walk_below(table, scope, visitor);
}

void walk_node(const Node& node, std::vector<std::string>& scope, Visitor& visitor) {
  switch (node.kind()) {
    case NodeKind::kQuery:
      return walk_query(Query(node), scope, visitor);
    case NodeKind::kTable:
      return walk_table(TableRef(node), scope, visitor);
    case NodeKind::kExpression:
      visitor.on_expression(Expression(node));
      break;
    case NodeKind::kOther:
      break;
  }
  walk_below(node, scope, visitor);
}

}  // namespace

NodeKind Node::kind() const {
  if (json_ == nullptr || !json_->is_object()) return NodeKind::kOther;
  if (!text("class").empty()) return NodeKind::kExpression;
  const std::string_view name = type();
  if (name.ends_with("_NODE")) return NodeKind::kQuery;
  if (std::find(kTableTypes.begin(), kTableTypes.end(), name) != kTableTypes.end()) {
    return NodeKind::kTable;
  }
  const bool looks_like_table =
      !name.empty() && json_->contains("alias") && json_->contains("sample");
  return looks_like_table ? NodeKind::kTable : NodeKind::kOther;
}

std::optional<uint64_t> Node::offset() const {
  const nlohmann::json* value = find_key(json_, "query_location");
  if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
  const auto offset = value->get<uint64_t>();
  if (offset == std::numeric_limits<uint64_t>::max()) return std::nullopt;
  return offset;
}

std::string_view Node::text(const char* key) const {
  const nlohmann::json* value = find_key(json_, key);
  if (value == nullptr || !value->is_string()) return {};
  return value->get_ref<const std::string&>();
}

std::vector<std::string> Node::texts(const char* key) const {
  std::vector<std::string> out;
  const nlohmann::json* value = find_key(json_, key);
  if (value == nullptr || !value->is_array()) return out;
  for (const nlohmann::json& item : *value) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

bool Node::flag(const char* key) const {
  const nlohmann::json* value = find_key(json_, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::optional<int64_t> Node::integer(const char* key) const {
  const nlohmann::json* value = find_key(json_, key);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  return value->get<int64_t>();
}

Node Node::child(const char* key) const {
  const nlohmann::json* value = find_key(json_, key);
  return value != nullptr && value->is_object() ? Node(value) : Node();
}

std::vector<Node> Node::children(const char* key) const {
  std::vector<Node> out;
  const nlohmann::json* value = find_key(json_, key);
  if (value == nullptr || !value->is_array()) return out;
  for (const nlohmann::json& item : *value) {
    if (item.is_object()) out.emplace_back(&item);
  }
  return out;
}

std::string Expression::function_name() const {
  return to_lower(text("function_name"));
}

std::optional<std::string> Expression::constant_text() const {
  if (form() != "CONSTANT") return std::nullopt;
  const nlohmann::json* value = find_key(child("value").json(), "value");
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<int64_t> Expression::constant_integer() const {
  if (form() != "CONSTANT") return std::nullopt;
  const Node value = child("value");
  // A DECIMAL is stored as an integer too: 0.5 is 5 with a scale of 1.
  if (value.child("type").text("id") == "DECIMAL") return std::nullopt;
  return value.integer("value");
}

Query TableRef::query() const {
  return Query(child("subquery").child("node"));
}

std::vector<CommonTable> Query::common_tables() const {
  std::vector<CommonTable> out;
  for (const Node& entry : child("cte_map").children("map")) {
    const Node value = entry.child("value");
    const Query query(value.child("query").child("node"));
    if (query) out.push_back({std::string(entry.text("key")), value.texts("aliases"), query});
  }
  return out;
}

std::vector<Expression> Query::select_list() const {
  std::vector<Expression> out;
  for (const Node& item : children("select_list")) out.emplace_back(item);
  return out;
}

std::vector<Expression> Query::groups() const {
  std::vector<Expression> out;
  for (const Node& item : children("group_expressions")) out.emplace_back(item);
  return out;
}

Node Query::modifier(std::string_view type) const {
  for (const Node& item : children("modifiers")) {
    if (item.type() == type) return item;
  }
  return {};
}

bool Query::has_limit() const {
  return modifier("LIMIT_MODIFIER").exists() || modifier("LIMIT_PERCENT_MODIFIER").exists();
}

std::vector<Expression> Query::order_by() const {
  std::vector<Expression> out;
  for (const Node& order : modifier("ORDER_MODIFIER").children("orders")) {
    if (const Node expression = order.child("expression")) out.emplace_back(expression);
  }
  return out;
}

bool Query::keeps_duplicates() const {
  // Serialisers that leave out defaults leave out this one, too.
  const nlohmann::json* all = find_key(json(), "setop_all");
  return all == nullptr || (all->is_boolean() && all->get<bool>());
}

Result<SyntaxTree> SyntaxTree::parse(std::string_view text, std::string sql) {
  if (const int depth = nesting(text); depth > kMaxDepth) {
    return Error{.code = Code::kBadSql,
                 .message = fmt::format("the statement nests too deeply to be analysed: {} levels, "
                                        "at most {}",
                                        depth, kMaxDepth),
                 .hint = "Break it up into several models or WITH clauses."};
  }
  auto document = std::make_shared<json>(json::parse(text, nullptr, false));
  if (document->is_discarded() || !document->is_object()) {
    return Error{.code = Code::kInternal, .message = "the engine's syntax tree is not valid JSON"};
  }
  SyntaxTree tree;
  tree.document_ = document;
  tree.sql_ = std::make_shared<const std::string>(std::move(sql));
  if (Node(document.get()).flag("error")) {
    Error error = reported(*document);
    // The engine gives the position as text.
    const std::string position(Node(document.get()).text("position"));
    const bool number = !position.empty() && position.size() < 10 &&
                        position.find_first_not_of("0123456789") == std::string::npos;
    if (number) error.place = tree.place(std::stoul(position));
    return error;
  }
  const size_t statements = Node(document.get()).children("statements").size();
  if (statements != 1 || !tree.root()) {
    return Error{
        .code = Code::kBadSql,
        .message = fmt::format("expected one SELECT statement, found {}", statements),
        .hint = "Each model file holds one SELECT; move the others into files of their own."};
  }
  return tree;
}

Query SyntaxTree::root() const {
  const std::vector<Node> statements = Node(document_.get()).children("statements");
  return statements.empty() ? Query() : Query(statements.front().child("node"));
}

Place SyntaxTree::place(std::optional<uint64_t> offset) const {
  if (!offset || *offset > sql_->size()) return {};
  return place_at(*sql_, *offset);
}

Place SyntaxTree::place_within(const Node& node) const {
  std::optional<uint64_t> first = node.offset();
  if (!node || (first && node.kind() != NodeKind::kExpression)) return place(first);
  const std::function<void(const Node&)> look = [&](const Node& below) {
    const auto offset = below.offset();
    if (offset && (!first || *offset < *first)) first = offset;
    for_each_below(below, look);
  };
  for_each_below(node, look);
  return place(first);
}

void for_each_below(const Node& node, const std::function<void(const Node&)>& visit) {
  if (!node || !node.json()->is_structured()) return;
  for (const json& value : *node.json()) {
    if (!value.is_structured()) continue;
    const Node below(&value);
    if (below.kind() == NodeKind::kOther) {
      for_each_below(below, visit);
    } else {
      visit(below);
    }
  }
}

bool any_expression(const Expression& expression,
                    const std::function<bool(const Expression&)>& test) {
  if (!expression) return false;
  if (test(expression)) return true;
  bool found = false;
  for_each_below(expression, [&](const Node& below) {
    if (!found && below.kind() == NodeKind::kExpression) {
      found = any_expression(Expression(below), test);
    }
  });
  return found;
}

void walk(const Query& root, Visitor& visitor) {
  std::vector<std::string> scope;
  if (root) walk_query(root, scope, visitor);
}

}  // namespace rhumb
