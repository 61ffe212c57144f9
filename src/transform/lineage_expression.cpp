#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/lineage_binder.h"

namespace rhumb::lineage {
namespace {

// Elsewhere `a -> b` takes a field out of JSON.
constexpr auto kTakeLambda = std::to_array<std::string_view>(
    {"apply", "array_apply", "array_filter", "array_reduce", "array_transform", "filter",
     "list_apply", "list_filter", "list_reduce", "list_transform", "reduce"});

bool takes_lambda(std::string_view function) {
  return std::find(kTakeLambda.begin(), kTakeLambda.end(), function) != kTakeLambda.end();
}

// Whether every period of `inner` lies within one of `outer`. "" is a moment.
bool fits(std::string_view inner, std::string_view outer) {
  constexpr auto kUnits = std::to_array<std::string_view>(
      {"", "second", "minute", "hour", "day", "month", "quarter", "year"});
  const auto rank = [&](std::string_view unit) {
    return std::find(kUnits.begin(), kUnits.end(), unit) - kUnits.begin();
  };
  if (inner == outer || inner.empty()) return true;
  const auto end = static_cast<std::ptrdiff_t>(kUnits.size());
  if (outer == "week") return rank(inner) <= rank("day");
  return rank(inner) < end && rank(outer) < end && rank(inner) < rank(outer);
}

// date_trunc('week', x) and CAST(x AS DATE) of a column are the period it falls into.
std::optional<Period> period_of(const Expression& expression, const std::optional<Period>& inner) {
  if (!inner) return std::nullopt;
  std::string unit;
  if (expression.form() == "CAST") {
    if (expression.child("cast_type").text("id") != "DATE") return std::nullopt;
    // A week is a date already; the cast of an hour is its day.
    unit = fits(inner->unit, "day") ? "day" : inner->unit;
  } else {
    const std::vector<Node> arguments = expression.children("children");
    unit = to_lower(Expression(arguments.at(0)).constant_text().value_or(""));
    if (unit.empty() || !fits(inner->unit, unit)) return std::nullopt;
  }
  return Period{inner->dataset, inner->column, std::move(unit)};
}

// `x -> ...` has a column on its left, `(x, i) -> ...` a call of row().
std::vector<std::string> lambda_parameters(const Expression& lambda) {
  std::vector<std::string> names;
  const auto add = [&](const Expression& expression) {
    const std::vector<std::string> parts = expression.column_names();
    if (parts.size() == 1) names.push_back(to_lower(parts.front()));
  };
  const Expression left(lambda.child("lhs"));
  add(left);
  for (const Node& parameter : left.children("children")) add(Expression(parameter));
  return names;
}

}  // namespace

Value Binder::bind(const Expression& expression, const Scope& scope) {
  const std::string_view form = expression.form();
  if (form == "COLUMN_REF") return resolve(expression.column_names(), scope);
  if (form == "CONSTANT" || form == "PARAMETER" || form == "DEFAULT") return Value::constant();
  if (form == "SUBQUERY") return bind_subquery(expression, scope);
  if (form == "FUNCTION") return bind_function(expression, scope);
  if (form == "WINDOW") return bind_over_rows(expression, scope);
  if (form == "STAR") {
    if (columns_value_ != nullptr) return *columns_value_;
    Value all = Value::constant();
    std::string open;
    for (const VisibleColumn& column : star_columns(expression, scope, open)) {
      all.add(column.value, LineageKind::kComputed);
    }
    if (all.unknown.empty()) all.unknown = open;
    return all;
  }
  if (form == "POSITIONAL_REFERENCE") {
    const auto index = expression.integer("index");
    const bool inside = index && scope.from != nullptr && *index >= 1 &&
                        static_cast<size_t>(*index) <= scope.from->visible.size();
    if (inside && scope.from->open().empty()) {
      return scope.from->visible[static_cast<size_t>(*index) - 1].value;
    }
    return Value::not_known("a column by position");
  }
  if (form == "CAST") {
    const Value inner = bind(Expression(expression.child("child")), scope);
    Value value = inner.raised_to(LineageKind::kComputed);
    value.period = period_of(expression, inner.period);
    return value;
  }
  const LineageKind kind =
      expression.type() == "GROUPING_FUNCTION" ? LineageKind::kAggregated : LineageKind::kComputed;
  return bind_parts(expression, scope, kind);
}

Value Binder::bind_parts(const Node& node, const Scope& scope, LineageKind at_least) {
  Value value;
  value.kind = at_least;
  for_each_below(node, [&](const Node& below) {
    if (below.kind() == NodeKind::kExpression) value.add(bind(Expression(below), scope), at_least);
    if (below.kind() == NodeKind::kQuery) {
      const BoundQuery query = bind(Query(below), &scope);
      for (const NamedValue& column : query.columns) value.add(column.value, at_least);
    }
  });
  return value;
}

// Even without a column, as count(*), it depends on the rows of the nearest FROM.
Value Binder::bind_over_rows(const Expression& call, const Scope& scope) {
  Value value = bind_parts(call, scope, LineageKind::kAggregated);
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    if (at->from == nullptr || at->from->datasets.empty()) continue;
    value.over_rows_of.insert(at->from->datasets.begin(), at->from->datasets.end());
    break;
  }
  return value;
}

// Its value depends on the columns it selects and on those that decide which rows it sees.
Value Binder::bind_subquery(const Expression& expression, const Scope& scope) {
  Value value = Value::constant();
  if (const Expression left(expression.child("child")); left) {
    value.add(bind(left, scope), LineageKind::kComputed);
  }
  const Query query(expression.child("subquery").child("node"));
  if (!query) return Value::not_known("a subquery of an unknown kind");
  const BoundQuery bound = bind(query, &scope);
  const std::string_view kind = expression.text("subquery_type");
  if (kind != "EXISTS" && kind != "NOT_EXISTS") {
    for (const NamedValue& column : bound.columns) value.add(column.value, LineageKind::kComputed);
    if (value.unknown.empty()) value.unknown = bound.open;
  }
  for (const DecidingColumn& row : bound.rows.sources) {
    value.add(Value::column(row.dataset, row.column), LineageKind::kComputed);
  }
  if (value.unknown.empty()) value.unknown = bound.rows.unknown;
  return value;
}

Value Binder::bind_function(const Expression& call, const Scope& scope) {
  if (facts_.is_aggregate(call)) return bind_over_rows(call, scope);
  if (call.function_name() == "date_trunc" && call.children("children").size() == 2) {
    const Value inner = bind(Expression(call.children("children")[1]), scope);
    Value value = bind_parts(call, scope, LineageKind::kComputed);
    value.period = period_of(call, inner.period);
    return value;
  }
  if (!takes_lambda(call.function_name())) return bind_parts(call, scope, LineageKind::kComputed);
  Value value = Value::constant();
  std::vector<Expression> lambdas;
  for (const Node& child : call.children("children")) {
    const Expression argument(child);
    if (argument.form() == "LAMBDA") {
      lambdas.push_back(argument);
    } else {
      value.add(bind(argument, scope), LineageKind::kComputed);
    }
  }
  const Value elements = value;
  for (const Expression& lambda : lambdas) {
    value.add(bind_lambda(lambda, elements, scope), LineageKind::kComputed);
  }
  return value;
}

Value Binder::bind_lambda(const Expression& lambda, const Value& elements, const Scope& scope) {
  Aliases parameters;
  for (const std::string& name : lambda_parameters(lambda)) parameters[name] = elements;
  const Scope inner{.parameters = &parameters, .outer = &scope};
  return bind(Expression(lambda.child("expr")), inner);
}

}  // namespace rhumb::lineage
