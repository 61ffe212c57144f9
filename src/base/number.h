#pragma once

#include <optional>
#include <string_view>

namespace rhumb {

/// Reads a number as JSON writes them (`-12`, `0.5`, `1e3`; no `+`, no `.5`, no `007`) from the
/// front of [at, end) and moves `at` behind it. False, with `at` where it was, when none stands
/// there or when it is beyond what a double holds. Correctly rounded.
///
/// Method: when the digits fit into 53 bits and the power of ten into 22, one multiplication or
/// division of two exact numbers is correctly rounded (William D. Clinger, "How to Read Floating
/// Point Numbers Accurately", 1990); what does not fit goes to std::from_chars.
[[nodiscard]] bool read_number(const char*& at, const char* end, double& out);

/// A float that was printed in the fewest digits which make the same float: only read as a float it
/// comes back as it was. Nothing where no number stands. O(digits), thread-safe.
[[nodiscard]] std::optional<double> read_float(std::string_view text);

}  // namespace rhumb
