#include "transform/function_calls.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace rhumb {
namespace {

class CallFinder : public Visitor {
 public:
  explicit CallFinder(const std::set<std::string, std::less<>>& names) : names_(names) {}

  void on_query(const Query& query) override {
    for (const Expression& item : query.select_list()) {
      if (is_call(item) && item.alias().empty()) naming_.insert(*item.offset());
    }
  }
  void on_table(const TableRef& table, bool) override {
    const Expression call(table.child("function"));
    if (table.type() == "TABLE_FUNCTION" && is_call(call)) in_from_.insert(*call.offset());
  }
  // The parser copies some expressions (CASE x WHEN ...): the text has them once.
  void on_expression(const Expression& expression) override {
    if (is_call(expression)) calls_.emplace(*expression.offset(), expression);
  }

  [[nodiscard]] std::vector<FunctionCall> take() const {
    std::vector<FunctionCall> out;
    for (const auto& [offset, expression] : calls_) {
      out.push_back({.name = expression.function_name(),
                     .offset = offset,
                     .expression = in_from_.contains(offset) ? Expression() : expression,
                     .names_column = naming_.contains(offset)});
    }
    return out;
  }

 private:
  [[nodiscard]] bool is_call(const Expression& expression) const {
    return expression.offset() && !expression.flag("is_operator") &&
           names_.contains(expression.function_name());
  }

  const std::set<std::string, std::less<>>& names_;
  std::map<size_t, Expression> calls_;
  std::set<size_t> in_from_, naming_;
};

class TableNames : public Visitor {
 public:
  void on_table(const TableRef& table, bool) override {
    names_.insert(to_lower(table.alias().empty() ? table.table_name() : table.alias()));
  }
  [[nodiscard]] bool has(const std::string& name) const { return names_.contains(name); }

 private:
  std::set<std::string> names_;
};

class ColumnFinder {
 public:
  ColumnFinder(std::string name, bool fields_too)
      : name_(std::move(name)), fields_too_(fields_too) {}

  void look(const Node& node) {
    const Expression expression(node);
    if (expression.is_column() && is_it(expression.column_names()) && expression.offset())
      found_.insert(*expression.offset());
    const bool calls = expression.form() == "FUNCTION" && !expression.flag("is_operator");
    for_each_below(node, [&](const Node& below) {
      if (!calls || !hides(Expression(below))) look(below);
    });
  }
  [[nodiscard]] std::vector<size_t> take() const { return {found_.begin(), found_.end()}; }

 private:
  [[nodiscard]] bool is_it(const std::vector<std::string>& names) const {
    return !names.empty() && equals_ignoring_case(names.front(), name_) &&
           (names.size() == 1 || fields_too_);
  }

  // `x -> x + 1` as an argument has an x of its own; `x -> '$.key'` looks into a JSON value.
  [[nodiscard]] bool hides(const Expression& argument) const {
    if (argument.form() != "LAMBDA") return false;
    if (Expression(argument.child("expr")).form() == "CONSTANT") return false;
    return any_expression(Expression(argument.child("lhs")), [&](const Expression& e) {
      return e.is_column() && is_it(e.column_names());
    });
  }

  const std::string name_;
  const bool fields_too_;
  std::set<size_t> found_;
};

bool is(std::string_view sql, const SqlToken& token, std::string_view text) {
  return sql.substr(token.begin, token.end - token.begin) == text;
}

// `name := ` or `name => ` at the start of an argument; the number of tokens it takes.
size_t naming_tokens(std::string_view sql, const std::vector<SqlToken>& tokens, size_t at) {
  if (at + 2 >= tokens.size() || tokens[at].kind != SqlToken::Kind::kWord) return 0;
  const bool named = (is(sql, tokens[at + 1], ":") && is(sql, tokens[at + 2], "=")) ||
                     (is(sql, tokens[at + 1], "=") && is(sql, tokens[at + 2], ">"));
  return named && tokens[at + 1].end == tokens[at + 2].begin ? 3 : 0;
}

}  // namespace

std::vector<FunctionCall> find_calls(const SyntaxTree& tree,
                                     const std::set<std::string, std::less<>>& names) {
  CallFinder finder(names);
  walk(tree.root(), finder);
  return finder.take();
}

std::vector<size_t> find_columns(const SyntaxTree& tree, std::string_view name) {
  TableNames tables;
  walk(tree.root(), tables);
  ColumnFinder finder(std::string(name), !tables.has(std::string(name)));
  finder.look(tree.root());
  return finder.take();
}

CallText read_call(std::string_view sql, const std::vector<SqlToken>& tokens, size_t offset) {
  const auto name = std::find_if(tokens.begin(), tokens.end(),
                                 [&](const SqlToken& token) { return token.begin == offset; });
  auto at = static_cast<size_t>(name - tokens.begin()) + 1;
  CallText out;
  if (at >= tokens.size() || !is(sql, tokens[at], "(")) return out;
  size_t first = at + 1;  // token of the present argument
  for (size_t depth = 0; at < tokens.size(); ++at) {
    const SqlToken& token = tokens[at];
    if (token.kind != SqlToken::Kind::kOther) continue;
    const char c = sql[token.begin];
    depth += c == '(' || c == '[' || c == '{' ? 1U : 0U;
    depth -= c == ')' || c == ']' || c == '}' ? 1U : 0U;
    if (depth > 1 || (depth == 1 && c != ',')) continue;
    if (first < at) {
      const size_t skip = naming_tokens(sql, tokens, first);
      CallText::Argument argument{.begin = tokens[first + skip].begin, .end = tokens[at - 1].end};
      if (skip > 0) {
        const SqlToken& label = tokens[first];
        argument.name = to_lower(sql.substr(label.begin, label.end - label.begin));
      }
      out.arguments.push_back(std::move(argument));
    }
    first = at + 1;
    if (depth == 0) {
      out.end = token.end;
      return out;
    }
  }
  return CallText{};
}

}  // namespace rhumb
