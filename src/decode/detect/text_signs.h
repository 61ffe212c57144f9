#pragma once

#include <string_view>

#include "decode/detect/detect_format.h"

namespace rhumb {

/// What a text is, by how it begins: the root of XML or JSON, the first lines of a track, else CSV
/// or, where no delimiter shows, a guess by the name. `text` is UTF-8 without a byte order mark and
/// holds something else than blanks; it may end anywhere. Pure, thread-safe.
[[nodiscard]] DetectedFormat text_format(std::string_view text, std::string_view file_name);

}  // namespace rhumb
