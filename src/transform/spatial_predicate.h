#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "component/schema.h"
#include "transform/syntax.h"

namespace rhumb::spatial {

/// A condition between two geometries that an index can answer.
struct Predicate {
  const nlohmann::json* condition = nullptr;  ///< all of it
  std::string relation;                       ///< relation(first, second), as rhumb_matches has it
  Expression first, second;
  Expression distance;  ///< dwithin and dwithin_sphere only
  /// The index finds all pairs and perhaps a few more: the condition itself must be checked again.
  bool finds_more = false;
};

/// Recognises ST_Contains, ST_Within, ..., ST_DWithin, and ST_Distance or ST_DistanceSphere
/// compared with a limit.
[[nodiscard]] std::optional<Predicate> as_predicate(const nlohmann::json& condition);

/// The relation with its sides exchanged; "" when there is no word for it.
[[nodiscard]] std::string_view converse(std::string_view relation);

/// ST_Distance(a, b) or ST_DistanceSphere(a, b) as the condition that nearness would be: without a
/// limit. Nothing for any other expression.
[[nodiscard]] std::optional<Predicate> as_distance(const Expression& expression);

/// What a function makes, as far as its name says.
[[nodiscard]] GeometryKind made_kind(const Expression& expression);

}  // namespace rhumb::spatial
