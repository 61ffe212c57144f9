#include "transform/spatial_percentile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/spatial_tree.h"

namespace rhumb::spatial {
namespace {

/// The value and the fraction of a percentile; fraction null = 0.5.
struct Percentile {
  Node value, fraction;
};

bool is_own_function(const Expression& call) {
  const std::string schema = to_lower(call.text("schema"));
  return call.form() == "FUNCTION" && (schema.empty() || schema == "main" || schema == "system");
}

/// What WITHIN GROUP (ORDER BY value) or ORDER BY within the call sorts by, one plain ascending
/// value; the parser leaves the order out when nothing was written.
std::optional<Node> ascending(const Node& order) {
  if (order.type() != "ORDER_DEFAULT" && order.type() != "ASCENDING") return std::nullopt;
  if (order.text("null_order") != "ORDER_DEFAULT") return std::nullopt;
  return order.child("expression");
}

std::optional<Percentile> as_percentile(const Expression& call) {
  if (!is_own_function(call) || call.flag("distinct")) return std::nullopt;
  const std::string name = call.function_name();
  const std::vector<Node> arguments = call.children("children");
  const std::vector<Node> orders = call.child("order_bys").children("orders");
  if (name == "median" && arguments.size() == 1 && orders.empty()) {
    return Percentile{.value = arguments[0], .fraction = {}};
  }
  if (name != "quantile_cont") return std::nullopt;
  if (arguments.size() == 2 && orders.empty()) {
    return Percentile{.value = arguments[0], .fraction = arguments[1]};
  }
  if (arguments.size() != 1 || orders.size() != 1) return std::nullopt;
  const auto value = ascending(orders[0]);
  if (!value) return std::nullopt;
  return Percentile{.value = *value, .fraction = arguments[0]};
}

/// A number that is written out.
bool is_number(const Expression& expression) {
  if (expression.form() != "CONSTANT") return false;
  const std::string type(expression.child("value").child("type").text("id"));
  constexpr auto kNumbers =
      std::to_array<std::string_view>({"TINYINT", "INTEGER", "BIGINT", "DECIMAL", "DOUBLE"});
  return std::find(kNumbers.begin(), kNumbers.end(), type) != kNumbers.end();
}

/// A number from 0 to 1; about others the engine's own function complains.
bool is_fraction(const Expression& expression) {
  if (!is_number(expression)) return false;
  const Node value = expression.child("value");
  const auto number = value.json()->find("value");
  if (number == value.json()->end() || !number->is_number()) return false;
  double one = 1;
  if (value.child("type").text("id") == "DECIMAL") {
    const Node decimal = value.child("type").child("type_info");
    one = std::pow(10, decimal.json()->value("scale", 0));
  }
  return number->get<double>() >= 0 && number->get<double>() <= one;
}

bool is_measure(const Expression& expression) {
  constexpr auto kMeasures = std::to_array<std::string_view>(
      {"st_distance", "st_distancesphere", "st_distancespheroid", "st_length", "st_lengthspheroid",
       "st_area", "st_areaspheroid", "st_perimeter", "st_x", "st_y", "sqrt"});
  const std::string name = expression.function_name();
  return is_own_function(expression) &&
         std::find(kMeasures.begin(), kMeasures.end(), name) != kMeasures.end();
}

bool is_arithmetic(const Expression& expression) {
  const std::string name = expression.function_name();
  return expression.flag("is_operator") &&
         (name == "+" || name == "-" || name == "*" || name == "/");
}

}  // namespace

bool gives_double(const Expression& expression,
                  const std::function<bool(const Expression&)>& column) {
  if (expression.is_column()) return column(expression);
  if (expression.form() == "CAST") return expression.child("cast_type").text("id") == "DOUBLE";
  if (is_measure(expression)) return true;
  if (!is_arithmetic(expression)) return false;
  // A number that is written out takes the type of the other side.
  bool any = false;
  for (const Node& part : expression.children("children")) {
    const bool found = gives_double(Expression(part), column);
    if (!found && !is_number(Expression(part))) return false;
    any = any || found;
  }
  return any;
}

void use_own_percentiles(json& node, const std::function<bool(const Expression&)>& is_double) {
  if (Node(&node).kind() == NodeKind::kQuery) return;
  if (const auto found = as_percentile(Expression(&node))) {
    const bool known = !found->fraction || is_fraction(Expression(found->fraction));
    if (known && is_double(Expression(found->value))) {
      json fraction = found->fraction ? *found->fraction.json() : double_value(0.5);
      json own = call("rhumb_percentile", {*found->value.json(), std::move(fraction)}, "");
      for (const char* key : {"alias", "filter", "query_location"}) {
        if (node.contains(key)) own[key] = node[key];
      }
      node = std::move(own);
    }
    return;
  }
  if (!node.is_structured()) return;
  for (json& below : node) use_own_percentiles(below, is_double);
}

}  // namespace rhumb::spatial
