#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "geo/box.h"
#include "geo/wkb.h"

namespace rhumb {

/// A row of bars, one character each, highest where most is; ASCII when the terminal has no
/// Unicode.
[[nodiscard]] std::string bar_row(const std::vector<uint64_t>& counts, bool unicode);

/// Places as a map of `width` by `height` characters with north on top: Braille dots (two by four
/// in a character) or signs that grow denser in ASCII. Lines without their ends; a margin keeps
/// single places visible.
[[nodiscard]] std::vector<std::string> dot_map(const std::vector<Position>& places,
                                               const GeoBox& box, size_t width, size_t height,
                                               bool unicode);

}  // namespace rhumb
