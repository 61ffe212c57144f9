#include "engine/duckdb/point_arguments.h"

#include <cmath>

#include <fmt/format.h>

namespace rhumb {

std::optional<Position> take_point(ScalarCall& call, idx_t column, idx_t row,
                                   std::string_view function, std::string_view instead) {
  const std::string_view wkb = call.bytes(column, row);
  if (!is_point(wkb)) {
    call.fail(fmt::format("{} takes points only\n{}", function, instead));
    return std::nullopt;
  }
  auto at = wkb_point(wkb);
  if (!at) call.set_null(row);
  return at;
}

std::optional<Position> take_degrees(ScalarCall& call, idx_t column, idx_t row,
                                     std::string_view function) {
  const auto at = take_point(call, column, row, function, "use ST_Centroid(geometry)");
  if (!at || (std::abs(at->x) <= 180 && std::abs(at->y) <= 90)) return at;
  call.fail(
      fmt::format("{} needs degrees of longitude (within 180) and latitude (within 90), not ({}, "
                  "{})\ntransform the point: ST_Transform(point, 4326)",
                  function, at->x, at->y));
  return std::nullopt;
}

std::optional<int> take_within(ScalarCall& call, idx_t column, idx_t row, int least, int most,
                               std::string_view function, std::string_view what) {
  const auto value = call.value<int64_t>(column, row);
  if (value >= least && value <= most) return static_cast<int>(value);
  call.fail(fmt::format("{}: {} is {} to {}, not {}", function, what, least, most, value));
  return std::nullopt;
}

}  // namespace rhumb
