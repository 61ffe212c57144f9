#pragma once

#include <string_view>

#include "base/result.h"
#include "geo/wkb.h"

namespace rhumb {

/// WKT, EWKT (`SRID=4326;POINT (7.6 45)`), WKB and EWKB in hexadecimal digits, as PostGIS and most
/// tools write geometry into text files, a GeoJSON geometry, or a position alone (`[7.6, 45]`). The
/// error's message names what is wrong inside.
[[nodiscard]] Result<NormalWkb> parse_geometry_text(std::string_view text);

/// Bytes of an even number of hexadecimal digits, or false.
[[nodiscard]] bool parse_hex(std::string_view text, std::string& out);

}  // namespace rhumb
