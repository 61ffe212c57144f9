#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "geo/wkb.h"

namespace rhumb {

/// A cell of H3 (h3geo.org): hexagons, and twelve pentagons, over the whole Earth in 16 sizes, by
/// the number that every implementation of H3 gives it. Never negative as a signed number.
using H3Cell = uint64_t;

/// Cells of resolution 0 are as wide as a continent, those of 15 measure half a metre.
inline constexpr int kMaxH3Resolution = 15;
/// h3_disk gives no more cells than those within so many steps.
inline constexpr int kMaxH3Steps = 200;

[[nodiscard]] bool is_h3_cell(H3Cell cell);
/// Nothing when the text is the hexadecimal number of no cell.
[[nodiscard]] std::optional<H3Cell> parse_h3_cell(std::string_view text);
[[nodiscard]] std::string h3_text(H3Cell cell);

/// The cell of a point. REQUIRES: |longitude| <= 180, |latitude| <= 90, 0 <= resolution <=
/// kMaxH3Resolution
[[nodiscard]] H3Cell h3_cell_at(double longitude, double latitude, int resolution);

// All of these REQUIRE is_h3_cell(cell).
[[nodiscard]] int h3_resolution(H3Cell cell);
/// In degrees.
[[nodiscard]] Position h3_centre(H3Cell cell);
/// WKB of the outline in degrees, counter-clockwise: a POLYGON, or a MULTIPOLYGON where it is cut
/// at the antimeridian. The outline of a cell with a pole in it reaches up to the pole.
[[nodiscard]] std::string h3_outline_wkb(H3Cell cell);
/// The larger cell it belongs to. REQUIRES: 0 <= resolution <= h3_resolution(cell)
[[nodiscard]] H3Cell h3_parent(H3Cell cell, int resolution);
/// The cells within so many steps, itself included, ascending. REQUIRES: 0 <= steps <= kMaxH3Steps
[[nodiscard]] std::vector<H3Cell> h3_disk(H3Cell cell, int steps);
/// Steps from one to the other. kBadValue where H3 cannot count them: between different
/// resolutions, over very long ways, around a pentagon.
[[nodiscard]] Result<int64_t> h3_distance(H3Cell a, H3Cell b);

}  // namespace rhumb
