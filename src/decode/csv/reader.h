#pragma once

#include <memory>
#include <string>
#include <vector>

#include "component/decoder.h"
#include "decode/csv/layout.h"
#include "decode/csv/record_scanner.h"
#include "decode/csv/splitter.h"
#include "decode/value/column_writer.h"
#include "decode/value/sampling.h"

namespace rhumb {

/// What all readers of one file share. Outlives them; immutable but for the splitter and progress.
struct CsvShared {
  CsvOptions options;  ///< with the delimiter found
  CsvLayout layout;
  std::string input;
  double sample = 1.0;
  RejectSink rejects, repairs;
  const CancelFlag* cancel = nullptr;
  std::vector<ColumnWriter> writers;  ///< to copy, one per column
  StreamProgress progress;
  std::unique_ptr<CsvSplitter> splitter;
};

/// Turns blocks into batches and rejects.
class CsvReader final : public BatchReader {
 public:
  explicit CsvReader(std::shared_ptr<CsvShared> shared);
  Result<bool> next(Batch& out) override;

 private:
  Result<bool> next_block();
  void take_record(Batch& out);
  bool write_row(Batch& out);
  bool write_column(size_t index, Batch& out);
  void report_repairs();
  bool check_characters(const FieldText& field, size_t index);
  [[nodiscard]] std::string_view text_of(const FieldText& field, std::string& scratch) const;

  void reject_long_line(uint64_t line, std::string_view text);
  void reject_record();
  void reject_width();
  void reject_field(const FieldText& field, size_t index);
  void reject(Reject&& out);

  std::shared_ptr<CsvShared> shared_;
  std::vector<ColumnWriter> writers_;
  RecordScanner scanner_;
  CsvBlock block_;
  bool plain_ = true;  // the block is ASCII without NUL
  RecordSample sample_;
  bool repairs_;           // some column may have repairs to report
  uint64_t rejected_ = 0;  // since the last batch
  ValueFault fault_;
  std::string scratch_, second_scratch_;
};

}  // namespace rhumb
