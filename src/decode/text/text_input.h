#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "decode/text/encoding.h"
#include "io/fs/byte_input.h"

namespace rhumb {

/// A file's text as UTF-8 without its byte order mark, from front to back. Memory: what was peeked
/// at, and a fixed amount besides. Not thread-safe.
class TextInput {
 public:
  /// kBadFile when the file holds something else than text; `wanted` names what it should hold:
  /// `CSV`.
  static Result<std::unique_ptr<TextInput>> open(const std::filesystem::path& path,
                                                 EncodingOption encoding, std::string_view wanted);

  /// The next `wanted` bytes or more, or fewer before the end. Valid until the next call.
  Result<std::string_view> peek(size_t wanted);
  /// REQUIRES: `bytes` were peeked at
  void consume(size_t bytes) { at_ += bytes; }
  /// Takes up to `capacity` bytes; 0 only at the end.
  Result<size_t> read(char* out, size_t capacity);

  [[nodiscard]] uint64_t consumed_bytes() const { return bytes_->consumed(); }
  [[nodiscard]] uint64_t total_bytes() const { return bytes_->total(); }
  /// How many bytes `read` most likely gives before the end; a guess for what is compressed or
  /// converted.
  [[nodiscard]] size_t likely_rest() const;
  /// How the encoding was guessed, when that needs saying.
  [[nodiscard]] const std::string& note() const { return note_; }

 private:
  TextInput(std::unique_ptr<ByteInput> bytes, const EncodingGuess& guess);

  /// Appends more text to ahead_; false at the end.
  Result<bool> fetch();

  std::unique_ptr<ByteInput> bytes_;
  bool utf8_;
  Transcoder transcoder_;
  std::string note_;
  std::string ahead_;  // text that was read but not taken, from at_
  size_t at_ = 0;
  std::string raw_;  // scratch
  bool ended_ = false;
};

}  // namespace rhumb
