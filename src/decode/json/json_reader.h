#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/decoder.h"
#include "decode/json/json_layout.h"
#include "decode/json/json_record.h"
#include "decode/json/json_splitter.h"
#include "decode/record/block_reader.h"

namespace rhumb {

struct JsonReading final : FileReading {
  using FileReading::FileReading;
  JsonOptions options;
  JsonLayout layout;
  std::unique_ptr<JsonSplitter> splitter;
};

/// Turns blocks into batches and rejects.
class JsonReader final : public BlockReader {
 public:
  explicit JsonReader(std::shared_ptr<JsonReading> reading);

 private:
  Result<bool> next_block() override;
  bool take_record(Batch& out) override;
  [[nodiscard]] Reject record_at_hand() const override;
  void take_frame(const JsonFrame& frame, Batch& out);
  bool write_column(size_t index, ColumnData& out);
  bool write_value(const JsonValue& value, size_t index, ColumnData& out);
  bool write_point(const JsonColumn& column, size_t index, ColumnData& out);
  bool check_characters(const JsonValue& value);
  [[nodiscard]] const JsonValue& value_of(const JsonColumn& column) const;

  void reject_frame(const JsonFrame& frame);
  void reject_record(const JsonFrame& frame, JsonFault&& fault);
  void reject_value(const JsonFrame& frame, size_t index);
  void reject_at(const JsonFrame& frame, Reject&& out);
  [[nodiscard]] uint32_t column_of(const JsonFrame& frame, const char* at) const;
  [[nodiscard]] std::string_view text_of(const JsonFrame& frame) const;

  std::shared_ptr<JsonReading> reading_;
  JsonRecordReader records_;
  std::vector<JsonValue> values_;
  JsonBlock block_;
  size_t next_frame_ = 0;
};

}  // namespace rhumb
