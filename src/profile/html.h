#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "geo/box.h"
#include "geo/wkb.h"

namespace rhumb {

// What pages about data show (base/html_page.h is the page around them): every value is escaped
// here. All are pure and thread-safe.

/// Text as it may stand between tags and in quoted attributes; what is no UTF-8 is repaired, and
/// characters that HTML does not have become spaces.
[[nodiscard]] std::string html_text(std::string_view text);

/// A list, "" when there are no items, which are texts.
[[nodiscard]] std::string html_list(std::string_view title, const std::vector<std::string>& items);

/// Places as an SVG map with north on top, at most kMostDots of them, in the box's proportions (of
/// degrees at its middle latitude when it lies within the world). `titles`: one per place, shown
/// when it is pointed at, or none at all. "" without places. O(places).
inline constexpr size_t kMostDots = 5'000;
[[nodiscard]] std::string svg_map(const std::vector<Position>& places, const GeoBox& box,
                                  const std::vector<std::string>& titles = {});

/// A histogram as SVG; `label` is its accessible name.
[[nodiscard]] std::string svg_bars(const std::vector<uint64_t>& counts, std::string_view label);

}  // namespace rhumb
