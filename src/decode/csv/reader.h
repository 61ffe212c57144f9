#pragma once

#include <memory>
#include <string>
#include <vector>

#include "component/decoder.h"
#include "decode/csv/record_scanner.h"
#include "decode/csv/splitter.h"
#include "decode/record/block_reader.h"
#include "decode/record/column_layout.h"

namespace rhumb {

struct CsvReading final : FileReading {
  using FileReading::FileReading;
  CsvOptions options;  ///< with the delimiter found
  ColumnLayout layout;
  std::unique_ptr<CsvSplitter> splitter;
};

/// Turns blocks into batches and rejects.
class CsvReader final : public BlockReader {
 public:
  explicit CsvReader(std::shared_ptr<CsvReading> reading);

 private:
  Result<bool> next_block() override;
  bool take_record(Batch& out) override;
  [[nodiscard]] Reject record_at_hand() const override;
  [[nodiscard]] const FieldText& field_at(size_t position) const;
  bool write_column(size_t index, ColumnData& out);
  bool check_characters(const FieldText& field);
  [[nodiscard]] std::string_view text_of(const FieldText& field, std::string& scratch) const;

  void reject_long_line(uint64_t line, std::string_view text);
  void reject_record();
  void reject_width();
  void reject_field(size_t index);
  [[nodiscard]] std::string shown(std::string_view record) const;

  std::shared_ptr<CsvReading> reading_;
  RecordScanner scanner_;
  CsvBlock block_;
  bool plain_ = true;  // the block is ASCII without NUL
  std::string scratch_, second_scratch_;
};

}  // namespace rhumb
