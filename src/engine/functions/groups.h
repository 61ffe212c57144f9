#pragma once

#include <vector>

#include "engine/functions/catalogue.h"

namespace rhumb {

// The catalogue, a file per subject.
[[nodiscard]] std::vector<FunctionDoc> coordinate_systems();
[[nodiscard]] std::vector<FunctionDoc> constructors();
[[nodiscard]] std::vector<FunctionDoc> measures();
[[nodiscard]] std::vector<FunctionDoc> aggregates();
[[nodiscard]] std::vector<FunctionDoc> predicates();
[[nodiscard]] std::vector<FunctionDoc> parts_and_forms();
[[nodiscard]] std::vector<FunctionDoc> shapes();
[[nodiscard]] std::vector<FunctionDoc> geohashes();
[[nodiscard]] std::vector<FunctionDoc> tiles();
[[nodiscard]] std::vector<FunctionDoc> hexagons();
[[nodiscard]] std::vector<FunctionDoc> times();

}  // namespace rhumb
