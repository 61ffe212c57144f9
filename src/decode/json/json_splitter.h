#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "decode/json/json_framer.h"
#include "decode/text/text_buffer.h"
#include "decode/text/text_input.h"

namespace rhumb {

/// Some records and the text they stand in.
struct JsonBlock {
  TextBuffer text;
  std::vector<JsonFrame> frames;
};

/// Hands out a file's records in blocks that several readers take apart at once; in the order of
/// the file. Holds one block and one longest record. Thread-safe.
class JsonSplitter {
 public:
  /// `crs`: the text of the `crs` member that the records are read by, "" = none; a file that turns
  /// out to say something else is refused. Nothing: it is not looked at.
  JsonSplitter(std::unique_ptr<TextInput> input, JsonFraming framing, size_t block_size,
               std::optional<std::string> crs, std::atomic<uint64_t>& consumed);

  /// False at the end. An error stays: every later call returns it too.
  Result<bool> next(JsonBlock& out);

  /// What stood beside the array of records so far. Not thread-safe.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& members() const {
    return framer_.members();
  }

  [[nodiscard]] bool has_array() const { return framer_.has_array(); }

 private:
  Result<bool> take(JsonBlock& out);
  Status fill(TextBuffer& text, size_t size);
  Status check_crs();

  std::mutex mutex_;
  std::unique_ptr<TextInput> input_;
  JsonFramer framer_;
  size_t block_size_;
  std::optional<std::string> crs_;
  size_t members_checked_ = 0;
  std::atomic<uint64_t>& consumed_;
  std::string carry_;   // what follows the last block
  bool ended_ = false;  // the input, not carry_
  std::optional<Error> failure_;
};

}  // namespace rhumb
