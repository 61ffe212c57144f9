#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "decode/csv/record_scanner.h"
#include "decode/text/text_buffer.h"
#include "decode/text/text_input.h"

namespace rhumb {

/// Whole records, or the beginning of one line that is longer than any record may be.
struct CsvBlock {
  TextBuffer text;
  uint64_t line = 1;  ///< of the first byte
  bool too_long = false;
};

/// Hands out a file's text in blocks that several readers take apart at once. Every block begins at
/// a record's beginning and ends at a record's end; blocks come in the order of the file. Holds at
/// most one block and one longest record. Thread-safe.
class CsvSplitter {
 public:
  /// `line`: of the next byte of `input`.
  CsvSplitter(std::unique_ptr<TextInput> input, const CsvOptions& options, uint64_t line,
              std::atomic<uint64_t>& consumed);

  /// False at the end. An error stays: every later call returns it too.
  Result<bool> next(CsvBlock& out);

 private:
  Result<bool> take(CsvBlock& out);
  Result<bool> fill(TextBuffer& text, size_t size);
  size_t find_cut(const TextBuffer& text);
  size_t find_cut_by_lines(std::string_view text) const;
  Result<bool> take_long_line(CsvBlock& out);
  Status pass_rest_of_line();

  std::mutex mutex_;
  std::unique_ptr<TextInput> input_;
  CsvDialect dialect_;
  size_t max_record_, block_size_;
  RecordScanner scanner_;
  std::atomic<uint64_t>& consumed_;
  std::string carry_;  // what follows the last block
  uint64_t line_;
  bool ended_ = false;  // the input, not carry_
  std::optional<Error> failure_;
};

}  // namespace rhumb
