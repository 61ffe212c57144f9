#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"
#include "decode/csv/record_scanner.h"
#include "decode/record/column_layout.h"
#include "decode/text/text_buffer.h"
#include "decode/text/text_input.h"

namespace rhumb {

/// What was found out about a file from its beginning.
struct OpenedCsv {
  std::unique_ptr<TextInput> input;  ///< stands at the first record of data
  uint64_t line = 1;                 ///< of that
  CsvOptions options;                ///< with the delimiter found
  ColumnLayout layout;
  std::vector<std::string> notes;
  std::string preamble;  ///< as BatchStream::preamble
};

/// Finds encoding, delimiter, header and columns. Fails with kBadFile on what is no text, is empty,
/// or lacks a declared column.
[[nodiscard]] Result<OpenedCsv> open_csv(const CsvOptions& options, const DecodeRequest& request);

}  // namespace rhumb
