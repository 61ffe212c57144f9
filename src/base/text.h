#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rhumb {

/// ASCII only, as identifiers are compared in SQL.
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// `name` with the characters a shell glob gives meaning to (`*`, `?`, `[...]`); matches a whole
/// name.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view name);

/// The candidate with the smallest edit distance to `name`, or "" when none is near enough to be
/// meant.
[[nodiscard]] std::string nearest_name(std::string_view name,
                                       const std::vector<std::string>& candidates);

/// "did you mean `x`?" for the candidate that is near, else `otherwise`.
[[nodiscard]] std::string did_you_mean(std::string_view name,
                                       const std::vector<std::string>& candidates,
                                       std::string otherwise = "");

/// An SQL identifier in double quotes, inner quotes doubled. The only way a name enters SQL text.
[[nodiscard]] std::string quote_identifier(std::string_view name);
/// An SQL string literal; only for places where SQL takes no parameter (COPY options, DDL).
[[nodiscard]] std::string quote_literal(std::string_view text);

[[nodiscard]] std::string human_count(uint64_t n);      ///< 5012400 -> "5,012,400"
[[nodiscard]] std::string human_bytes(uint64_t bytes);  ///< 1181116006 -> "1.1 GiB"
[[nodiscard]] std::string human_seconds(
    double seconds);  ///< 0.003 -> "3 ms", 8.4 -> "8.4 s", 125 -> "2 min 5 s"

/// Line and column (in characters, from 1) of a byte of `text`; the file stays unknown. Offsets
/// behind the end mean the end.
[[nodiscard]] Place place_at(std::string_view text, size_t offset);
/// The byte of `text` at that line and column, or the nearest one there is.
[[nodiscard]] size_t offset_at(std::string_view text, int line, int column);
/// Where something stands that follows `text`, which itself begins at `start`.
[[nodiscard]] Place place_behind(Place start, std::string_view text);

/// True when `text` is well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);
/// `text` cut to at most `bytes` bytes at a character boundary, control characters shown as
/// escapes: safe to print whatever a file held.
[[nodiscard]] std::string printable(std::string_view text, size_t bytes = 200);

}  // namespace rhumb
