#pragma once

#include <string_view>

#include "decode/detect/detect_format.h"

namespace rhumb {

/// Which kind of JSON a text is that begins with `{`, `[` or a record separator. The text may end
/// anywhere. Linear, without allocations but for the answer. Pure, thread-safe.
[[nodiscard]] DetectedFormat json_format(std::string_view text);

/// True for the values of `type` that GeoJSON gives meaning to.
[[nodiscard]] bool is_geojson_type(std::string_view type);

}  // namespace rhumb
