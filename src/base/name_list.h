#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rhumb {

/// The first `most` names, each made printable and cut to 80 bytes, and how many more there are:
/// `a.csv, b.csv, 7 more`.
[[nodiscard]] std::string join_some(const std::vector<std::string>& names, size_t most);

}  // namespace rhumb
