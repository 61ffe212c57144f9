#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/charset/charset.h"

namespace rhumb {

/// The character set of an attribute table: by the user's word, the .cpg file, or the table's
/// language byte, in this order. When none says it, a text that is UTF-8 is taken as that, others
/// as windows-1252. Not thread-safe.
class CodePage {
 public:
  /// `name` is the user's word or the content of the .cpg: `UTF-8`, `1252`, `ANSI 1252`, `88591`;
  /// `language` the table's byte. kBadValue when the character set is not known.
  static Result<CodePage> make(std::string_view name, uint8_t language);

  /// False when the bytes are no text; `out` then holds them as they are.
  [[nodiscard]] bool to_utf8(std::string_view bytes, std::string& out);
  /// Nobody said what the character set is and it mattered.
  [[nodiscard]] bool guessed() const { return guessed_; }

 private:
  bool said_ = false;  // somebody said what it is
  bool guessed_ = false;
  std::optional<CharsetReader> reader_;  // none: UTF-8
};

}  // namespace rhumb
