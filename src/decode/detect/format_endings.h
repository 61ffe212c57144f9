#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rhumb {

/// What files of a format are called, where nothing but the name can tell which of several to read:
/// the members of an archive. `format` as under `decode:`; none for formats that are archives
/// themselves, such as those of Excel.
[[nodiscard]] std::vector<std::string> format_endings(std::string_view format);

}  // namespace rhumb
