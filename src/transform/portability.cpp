#include "transform/portability.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/functions/spark.h"

namespace rhumb {
namespace {

constexpr const char* kElsewhere =
    "build the model on the embedded engine, or write it another way; "
    "docs/reference/portability.md lists what both know";

template <size_t n>
bool is_one_of(std::string_view word, const std::string_view (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

class PortabilityFinder : public Visitor {
 public:
  explicit PortabilityFinder(const SyntaxTree& tree) : tree_(tree) {}

  void on_query(const Query& query) override {
    if (query.is_recursive()) refuse(query, "WITH RECURSIVE");
    if (query.modifier("LIMIT_PERCENT_MODIFIER")) refuse(query, "LIMIT with a percentage");
    if (!query.modifier("DISTINCT_MODIFIER").children("distinct_on_targets").empty())
      refuse(query, "DISTINCT ON");
    if (query.qualify()) refuse(query.qualify(), "QUALIFY");
    if (query.child("sample")) refuse(query, "a sample");
    if (query.children("group_sets").size() > 1) refuse(query, "GROUPING SETS");
  }

  void on_table(const TableRef& table, bool) override {
    static constexpr std::string_view kKnown[] = {"BASE_TABLE", "JOIN", "SUBQUERY", "EMPTY",
                                                  "EXPRESSION_LIST"};
    static constexpr std::string_view kJoins[] = {"REGULAR", "CROSS", "NATURAL"};
    if (table.child("sample")) refuse(table, "a sample");
    if (!is_one_of(table.type(), kKnown)) refuse(table, "`" + words(table.type()) + "` in FROM");
    if (table.is_join() && !is_one_of(table.text("ref_type"), kJoins))
      refuse(table, "a join that is " + words(table.text("ref_type")));
  }

  void on_expression(const Expression& expression) override {
    static constexpr std::string_view kKnown[] = {
        "COLUMN_REF", "CONSTANT", "FUNCTION", "WINDOW",   "CAST", "CASE",
        "COMPARISON", "BETWEEN",  "SUBQUERY", "OPERATOR", "STAR", "CONJUNCTION"};
    if (!is_one_of(expression.form(), kKnown))
      return refuse(expression, "`" + words(expression.form()) + "`");
    check_operator(expression);
    check_subquery(expression);
    if (expression.column_names().size() > 2) refuse(expression, "a column's name with a schema");
    if (expression.is_star()) check_star(expression);
    if (expression.form() == "CAST") check_cast(expression);
    if (!expression.function_name().empty()) check_call(expression);
  }

  Errors take() {
    std::stable_sort(errors_.begin(), errors_.end(), [](const Error& a, const Error& b) {
      return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
    });
    // The parser copies some expressions (CASE x WHEN ...): the text has them once.
    errors_.erase(std::unique(errors_.begin(), errors_.end(),
                              [](const Error& a, const Error& b) {
                                return a.place == b.place && a.message == b.message;
                              }),
                  errors_.end());
    return std::move(errors_);
  }

 private:
  /// `TABLE_FUNCTION` -> `table function`
  static std::string words(std::string_view name) {
    std::string out = to_lower(name);
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
  }

  void refuse(const Node& node, const std::string& what) {
    add(node, fmt::format("Spark does not have {} in the form that the embedded engine has", what),
        kElsewhere);
  }

  void add(const Node& node, std::string message, std::string hint) {
    errors_.push_back(
        Error{Code::kNotSupported, std::move(message), std::move(hint), tree_.place_within(node)});
  }

  void check_operator(const Expression& expression) {
    static constexpr std::string_view kUnknown[] = {
        "ARRAY_CONSTRUCTOR", "ARRAY_EXTRACT",     "ARRAY_SLICE", "STRUCT_EXTRACT",
        "OPERATOR_UNPACK",   "GROUPING_FUNCTION", "OPERATOR_TRY"};
    if (is_one_of(expression.type(), kUnknown))
      refuse(expression, "`" + words(expression.type()) + "`");
  }

  /// Spark takes LIMIT only where the row outside is not read, and that cannot be seen here.
  void check_subquery(const Expression& expression) {
    if (!expression.is_subquery()) return;
    for_each_below(expression, [this](const Node& below) {
      if (below.kind() == NodeKind::kQuery && Query(below).has_limit())
        refuse(below, "a subquery with LIMIT as a value");
    });
  }

  void check_star(const Expression& star) {
    const bool plain =
        star.children("replace_list").empty() && star.children("exclude_list").empty() &&
        star.texts("exclude_list").empty() && star.children("qualified_exclude_list").empty() &&
        star.children("rename_list").empty() && !star.child("expr");
    if (!plain) refuse(star, "`*` with changes");
  }

  void check_cast(const Expression& cast) {
    static constexpr std::string_view kKnown[] = {
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT",    "FLOAT",
        "DOUBLE",  "DECIMAL", "VARCHAR",  "DATE",    "TIMESTAMP", "TIMESTAMP WITH TIME ZONE",
        "BLOB"};
    const Node type = cast.child("cast_type");
    if (!is_one_of(type.text("id"), kKnown))
      refuse(cast, fmt::format("the type {}", words(type.text("id"))));
  }

  void check_call(const Expression& call) {
    const std::string name = call.function_name();
    const SparkFunction* function = find_spark_function(name);
    if (function == nullptr) {
      add(call, fmt::format("`{}` is not known to mean the same on Spark", name), kElsewhere);
    } else if (function->form == SparkForm::kMissing) {
      add(call, fmt::format("`{}` is not the same on Spark", name),
          std::string(function->difference));
    } else if (const size_t arguments = call.children("children").size();
               call.form() == "FUNCTION" && !can_write(*function, arguments)) {
      add(call,
          fmt::format("`{}` of {} arguments is not known to mean the same on Spark", name,
                      arguments),
          kElsewhere);
    }
  }

  const SyntaxTree& tree_;
  Errors errors_;
};

}  // namespace

Errors portability_errors(const SyntaxTree& tree) {
  PortabilityFinder finder(tree);
  walk(tree.root(), finder);
  return finder.take();
}

}  // namespace rhumb
