#pragma once

#include <optional>
#include <string_view>

#include "engine/duckdb/scalar_call.h"
#include "geo/wkb.h"

namespace rhumb {

/// True for little-endian WKB of a point, EMPTY too.
[[nodiscard]] inline bool is_point(std::string_view wkb) {
  return wkb.size() >= 2 && static_cast<unsigned char>(wkb[1]) == 1;
}

/// The point in an argument. When there is none the row has its answer: NULL for EMPTY, an error
/// that names `function` for another kind. `instead` says what to write then.
[[nodiscard]] std::optional<Position> take_point(ScalarCall& call, idx_t column, idx_t row,
                                                 std::string_view function,
                                                 std::string_view instead);

/// The same, and an error unless they are degrees of longitude and latitude.
[[nodiscard]] std::optional<Position> take_degrees(ScalarCall& call, idx_t column, idx_t row,
                                                   std::string_view function);

/// An integer argument within its bounds; else the row is answered with an error that names
/// `function`, the value and what it may be. `what` as in "the precision".
[[nodiscard]] std::optional<int> take_within(ScalarCall& call, idx_t column, idx_t row, int least,
                                             int most, std::string_view function,
                                             std::string_view what);

}  // namespace rhumb
