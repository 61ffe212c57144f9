#pragma once

#include <string>
#include <string_view>

#include "base/sql_tokens.h"

namespace rhumb {

/// A statement of the user's inside a longer text that the engine gets, so that places in errors
/// can be told in the user's terms.
struct SqlText {
  std::string text;
  size_t user_begin = 0;
  size_t user_size = 0;

  /// The user's statement alone.
  static SqlText plain(std::string sql);
  /// `before` + the user's statement + `after`.
  static SqlText wrapped(std::string_view before, std::string_view user, std::string_view after);
  /// Text that no user wrote: errors in it have no place.
  static SqlText internal(std::string sql);

  [[nodiscard]] std::string_view user() const {
    return std::string_view(text).substr(user_begin, user_size);
  }
};

}  // namespace rhumb
