#pragma once

#include <string>
#include <string_view>

namespace rhumb {

/// `text` as it may stand between the tags of XML and HTML and in their quoted attributes: the five
/// characters with a meaning there as entities, everything else as it is. O(bytes), thread-safe.
[[nodiscard]] std::string escape_markup(std::string_view text);

}  // namespace rhumb
