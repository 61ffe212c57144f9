#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// PostGIS's EWKB -> little-endian ISO WKB, appended to nothing: `out` is replaced. Gives the SRID
/// (0 = none). Z and M become ISO's codes. Curves, surfaces and anything malformed are refused.
/// Linear in the size; nested at most 32 deep.
[[nodiscard]] Result<int> ewkb_to_wkb(std::string_view ewkb, std::string& out);

}  // namespace rhumb
