#pragma once

#include <optional>
#include <string_view>

#include "decode/detect/detect_format.h"

namespace rhumb {

/// What a file is whose first bytes are the signature of a binary format, or of text that is no
/// data (an HTML page); nothing when they are none that is known. Pure, thread-safe.
[[nodiscard]] std::optional<DetectedFormat> binary_format(std::string_view head);

}  // namespace rhumb
