#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rhumb {

/// A path as an input's name. Linux takes any bytes in a file name, manifests and terminals only
/// UTF-8: what is not UTF-8 becomes `\xHH`, and a backslash becomes two. Different paths have
/// different names.
[[nodiscard]] std::string input_name(std::string_view path);

/// The reverse; nothing for a text that input_name cannot give, or that leads out of the folder
/// (`..`, an absolute path).
[[nodiscard]] std::optional<std::string> path_of_input(std::string_view name);

/// Files that writers use for themselves: names that start with `.` or `_`, or end with `~`, `.tmp`
/// or `.part`. Never read, and folders of such names never entered.
[[nodiscard]] bool is_private_name(std::string_view name);

}  // namespace rhumb
