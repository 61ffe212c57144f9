#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "geo/wkb.h"

namespace rhumb {

/// Well-known text of all seven kinds, with Z, M, ZM (or three and four numbers without the
/// letters) and EMPTY at every level, as little-endian ISO WKB. Keywords in any case. Linear in the
/// text; collections nest at most kMaxWkbDepth deep. The error's message says what was expected at
/// which character, from 1.
[[nodiscard]] Result<std::string> parse_wkt(std::string_view text);

/// The fast way for the commonest text: `POINT (x y)` in any case. False says nothing about the
/// text but that parse_wkt must look at it; `at` is then undefined.
[[nodiscard]] bool parse_wkt_point(std::string_view text, Position& at);

/// Text of valid little-endian ISO WKB, in the fewest digits that read back to the same numbers.
/// What cannot be read gives "(malformed WKB)": for messages and tests.
[[nodiscard]] std::string write_wkt(std::string_view wkb);

}  // namespace rhumb
