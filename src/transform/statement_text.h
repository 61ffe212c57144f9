#pragma once

#include <string>
#include <string_view>

namespace rhumb {

/// The text of the first statement without the semicolon that ends it, so that it can stand inside
/// parentheses. Semicolons in strings, quoted names and comments do not end it. O(bytes).
[[nodiscard]] std::string_view first_statement(std::string_view sql);

/// `(sql)` on lines of its own: a comment at the end of `sql` must not swallow the parenthesis.
[[nodiscard]] std::string in_parentheses(std::string_view sql);

}  // namespace rhumb
