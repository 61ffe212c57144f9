#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "decode/text/text_input.h"

namespace rhumb {

/// The lines of a text one after the other, without their ends (LF, CRLF or CR). Memory: twice the
/// longest line, which is given in part when it is longer than `most`. Not thread-safe.
class LineReader {
 public:
  LineReader(std::unique_ptr<TextInput> input, size_t most)
      : input_(std::move(input)), most_(most) {}

  /// False at the end. The line is valid until the next call.
  Result<bool> next(std::string_view& line);
  /// Of the line given last, from 1.
  [[nodiscard]] uint64_t number() const { return number_; }
  /// The line given last is only the beginning of one.
  [[nodiscard]] bool is_cut() const { return cut_; }
  [[nodiscard]] uint64_t consumed_bytes() const { return input_->consumed_bytes(); }
  [[nodiscard]] uint64_t total_bytes() const { return input_->total_bytes(); }

 private:
  Status pass_rest();

  std::unique_ptr<TextInput> input_;
  size_t most_;
  size_t taken_ = 0;  // of what was peeked at: the line given last, with its end
  uint64_t number_ = 0;
  bool cut_ = false;
};

}  // namespace rhumb
