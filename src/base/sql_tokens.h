#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// The names, without quotes, that stand behind `schema.`, written just so or in quotes.
[[nodiscard]] std::vector<std::string> names_in_schema(std::string_view sql,
                                                       std::string_view schema);

}  // namespace rhumb
