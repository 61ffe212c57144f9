#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rhumb {

/// A piece of SQL that is neither white space nor comment. `end` is one past its last byte.
struct SqlToken {
  enum class Kind : uint8_t {
    kWord,        ///< keyword or plain identifier
    kQuotedName,  ///< "..."
    kText,        ///< '...', E'...', $tag$...$tag$
    kOther,       ///< numbers, operators, parameters
  };
  Kind kind = Kind::kOther;
  size_t begin = 0;
  size_t end = 0;
};

/// The tokens of `sql` as the engine's own scanner cuts them. Never fails: what is unterminated
/// ends with the text, and the engine's parser then says so. Linear.
[[nodiscard]] std::vector<SqlToken> sql_tokens(std::string_view sql);

/// `sql` up to its last token that is no semicolon, so that it can be put in parentheses. Offsets
/// stay what they were.
[[nodiscard]] std::string_view statement_body(std::string_view sql);

/// True when some token is the word `word` (case ignored).
[[nodiscard]] bool has_word(std::string_view sql, std::string_view word);

/// Line and column (in characters, from 1) of a byte of `sql`; the file stays unknown.
[[nodiscard]] Place place_at(std::string_view sql, size_t offset);

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
