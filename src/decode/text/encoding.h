#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rhumb {

/// How bytes stand for characters.
enum class Encoding : uint8_t { kUtf8, kUtf16Le, kUtf16Be, kLatin1, kWindows1252 };

/// How the user says they do.
enum class EncodingOption : uint8_t { kAuto, kUtf8, kUtf16, kLatin1, kWindows1252 };
/// `auto`, `utf-8`, `utf-16`, `latin-1`, `windows-1252`.
[[nodiscard]] EncodingOption encoding_option(std::string_view name);

struct EncodingGuess {
  Encoding encoding = Encoding::kUtf8;
  size_t mark = 0;   ///< bytes of the byte order mark
  std::string note;  ///< for people, when the bytes did not say it clearly
};

/// Judges by the first bytes of a file; `whole` when they are all of it.
[[nodiscard]] EncodingGuess guess_encoding(std::string_view head, bool whole,
                                           EncodingOption option);

/// Turns bytes of one encoding, piece by piece, into UTF-8. What is no character (half surrogate
/// pairs, an odd last byte) comes out as bytes that are not UTF-8, for the reader to refuse.
class Transcoder {
 public:
  /// REQUIRES: encoding is not kUtf8
  explicit Transcoder(Encoding encoding) : encoding_(encoding) {}

  void convert(std::string_view bytes, std::string& out);
  /// At the end of the file.
  void finish(std::string& out);

 private:
  void convert_utf16(std::string_view bytes, std::string& out);
  void put_unit(unsigned unit, std::string& out);

  Encoding encoding_;
  bool has_half_ = false;  // a byte of the next unit
  unsigned char half_ = 0;
  unsigned high_ = 0;  // a high surrogate that waits for its low one, or 0
};

/// UTF-8 as it is; bytes that are none are read as windows-1252, so that people and a replay find
/// what was most likely meant.
[[nodiscard]] std::string repair_utf8(std::string_view text);

}  // namespace rhumb
