#pragma once

#include <cstdint>
#include <string_view>

namespace rhumb {

__extension__ using Int128 = __int128;

/// Each takes the whole text, without spaces around it; a leading `+` is fine, group separators
/// are not.

/// Also `7.0`, as spreadsheets and data frames write integers.
[[nodiscard]] bool parse_integer(std::string_view text, int64_t& out);
/// True when printing the number again gives the same text: no `007`, `+7` or `7.0`.
[[nodiscard]] bool is_canonical_integer(std::string_view text);
/// True for what parse_double takes and nobody means as a code: no plus, no leading zeros as in
/// `00.5`, and a point or an exponent if it is no canonical integer.
[[nodiscard]] bool is_plain_number(std::string_view text);
/// Finite numbers only: `nan` and `inf` are words for a missing value, not values.
[[nodiscard]] bool parse_double(std::string_view text, double& out);
/// Exact; false when the value has more digits than decimal(precision, scale) holds. Zeros at the
/// end of the fraction do not count.
[[nodiscard]] bool parse_decimal(std::string_view text, int precision, int scale, Int128& out);

/// `true`, `t`, `yes`, `y`, `on`, `1` and their opposites, in any case.
[[nodiscard]] bool parse_boolean(std::string_view text, bool& out);

}  // namespace rhumb
