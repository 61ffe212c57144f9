#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/decoder.h"
#include "decode/json/json_layout.h"
#include "decode/json/json_record.h"
#include "decode/json/json_splitter.h"
#include "decode/value/column_writer.h"
#include "decode/value/sampling.h"

namespace rhumb {

/// What all readers of one file share. Outlives them; immutable but for the splitter and progress.
struct JsonShared {
  JsonOptions options;
  JsonLayout layout;
  std::string input;
  RecordSample sample{1.0};
  RejectSink rejects;
  const CancelFlag* cancel = nullptr;
  std::vector<ColumnWriter> writers;  ///< to copy, one per column
  StreamProgress progress;
  std::unique_ptr<JsonSplitter> splitter;
};

/// Turns blocks into batches and rejects.
class JsonReader final : public BatchReader {
 public:
  explicit JsonReader(std::shared_ptr<JsonShared> shared);
  Result<bool> next(Batch& out) override;

 private:
  Result<bool> next_block();
  void take_record(const JsonFrame& frame, Batch& out);
  bool write_row(Batch& out);
  bool write_column(size_t index, ColumnData& out);
  bool write_value(const JsonValue& value, size_t index, ColumnData& out);
  bool write_point(const JsonColumn& column, size_t index, ColumnData& out);
  bool check_characters(const JsonValue& value);
  [[nodiscard]] const JsonValue& value_of(const JsonColumn& column) const;

  void reject_frame(const JsonFrame& frame);
  void reject_record(const JsonFrame& frame, JsonFault&& fault);
  void reject_value(const JsonFrame& frame, size_t index);
  void reject(const JsonFrame& frame, Reject&& out);
  [[nodiscard]] uint32_t column_of(const JsonFrame& frame, const char* at) const;
  [[nodiscard]] std::string_view text_of(const JsonFrame& frame) const;

  std::shared_ptr<JsonShared> shared_;
  std::vector<ColumnWriter> writers_;
  JsonRecordReader records_;
  std::vector<JsonValue> values_;
  JsonBlock block_;
  size_t next_frame_ = 0;
  size_t bad_column_ = 0;
  uint64_t rejected_ = 0;  // since the last batch
  ValueFault fault_;
};

}  // namespace rhumb
