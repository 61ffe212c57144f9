#include "transform/spatial_predicate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace rhumb::spatial {
namespace {

struct Word {
  std::string_view function;
  std::string_view relation;
  bool swapped = false;  ///< relation(second, first)
};

constexpr auto kWords = std::to_array<Word>({{"st_contains", "contains"},
                                             {"st_within", "within"},
                                             {"st_covers", "covers"},
                                             {"st_coveredby", "covered_by"},
                                             {"st_containsproperly", "contains_properly"},
                                             {"st_withinproperly", "contains_properly", true},
                                             {"st_intersects", "intersects"},
                                             {"st_touches", "touches"},
                                             {"st_crosses", "crosses"},
                                             {"st_overlaps", "overlaps"},
                                             {"st_equals", "equals"},
                                             {"st_dwithin", "dwithin"}});

// The arguments of a plain call of the engine's own function of that name.
std::vector<Node> arguments_of(const Expression& expression, std::string_view function) {
  const bool plain = expression.form() == "FUNCTION" && expression.function_name() == function &&
                     !expression.flag("distinct") && !expression.child("filter");
  const std::string schema = to_lower(expression.text("schema"));
  if (!plain || !(schema.empty() || schema == "main" || schema == "system")) return {};
  return expression.children("children");
}

std::optional<Predicate> as_call(const Expression& expression) {
  for (const Word& word : kWords) {
    const std::vector<Node> arguments = arguments_of(expression, word.function);
    const size_t wanted = word.relation == "dwithin" ? 3 : 2;
    if (arguments.size() != wanted) continue;
    Predicate out{.condition = expression.json(),
                  .relation = std::string(word.relation),
                  .first = Expression(arguments[0]),
                  .second = Expression(arguments[1])};
    if (wanted == 3) out.distance = Expression(arguments[2]);
    if (word.swapped) std::swap(out.first, out.second);
    return out;
  }
  return std::nullopt;
}

// `distance <= limit`, whichever side it is written on.
std::optional<std::pair<Expression, Expression>> measured(const Expression& expression) {
  const std::string_view type = expression.type();
  const Expression left(expression.child("left")), right(expression.child("right"));
  if (type == "COMPARE_LESSTHANOREQUALTO" || type == "COMPARE_LESSTHAN") return {{left, right}};
  if (type == "COMPARE_GREATERTHANOREQUALTO" || type == "COMPARE_GREATERTHAN")
    return {{right, left}};
  return std::nullopt;
}

std::optional<Predicate> as_comparison(const Expression& expression) {
  const auto sides = measured(expression);
  if (!sides) return std::nullopt;
  auto predicate = as_distance(sides->first);
  if (!predicate) return std::nullopt;
  predicate->condition = expression.json();
  predicate->distance = sides->second;
  return predicate;
}

}  // namespace

std::optional<Predicate> as_predicate(const nlohmann::json& condition) {
  const Expression expression(&condition);
  auto predicate = as_call(expression);
  return predicate ? predicate : as_comparison(expression);
}

std::string_view converse(std::string_view relation) {
  constexpr auto kPairs = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"contains", "within"}, {"covers", "covered_by"}});
  for (const auto& [one, other] : kPairs) {
    if (relation == one) return other;
    if (relation == other) return one;
  }
  return relation == "contains_properly" ? std::string_view() : relation;
}

std::optional<Predicate> as_distance(const Expression& expression) {
  for (const auto& [function, relation] :
       {std::pair{"st_distance", "dwithin"}, {"st_distancesphere", "dwithin_sphere"}}) {
    const std::vector<Node> arguments = arguments_of(expression, function);
    if (arguments.size() != 2) continue;
    return Predicate{.condition = expression.json(),
                     .relation = relation,
                     .first = Expression(arguments[0]),
                     .second = Expression(arguments[1]),
                     .finds_more = true};
  }
  return std::nullopt;
}

GeometryKind made_kind(const Expression& expression) {
  constexpr auto kPoints = std::to_array<std::string_view>(
      {"st_point", "st_makepoint", "st_point2d", "st_centroid", "st_pointonsurface",
       "st_startpoint", "st_endpoint", "st_pointn", "st_snaptogrid", "st_lineinterpolatepoint"});
  constexpr auto kPolygons = std::to_array<std::string_view>(
      {"st_makeenvelope", "st_envelope", "st_buffer", "st_makepolygon"});
  const std::string name = expression.function_name();
  const auto among = [&](const auto& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  if (among(kPoints)) return GeometryKind::kPoint;
  return among(kPolygons) ? GeometryKind::kPolygon : GeometryKind::kAny;
}

}  // namespace rhumb::spatial
