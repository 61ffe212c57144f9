#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// A geometry object of GeoJSON (RFC 7946) as little-endian ISO WKB: all seven kinds, a third
/// number of a position as Z and a fourth as M, empty arrays as EMPTY. Members other than `type`,
/// `coordinates` and `geometries` are passed over. The order of rings is kept. Refused are rings
/// that are open or short, lines of one point, positions that differ in their dimensions.
///
/// Linear in the text; collections nest at most kMaxWkbDepth deep. The error's message begins with
/// the path: `coordinates[0]: the ring is not closed, ...`. Pure, thread-safe.
[[nodiscard]] Result<std::string> parse_geojson_geometry(std::string_view text);

/// A position alone, `[x, y]`, as a WKB point. Errors as above.
[[nodiscard]] Result<std::string> parse_geojson_position(std::string_view text);

}  // namespace rhumb
