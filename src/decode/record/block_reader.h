#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "decode/record/file_reading.h"

namespace rhumb {

/// One worker's way through a file: takes a block, makes each of its records a row or a reject, and
/// takes the next. A format says where blocks come from and what a record holds. Not thread-safe.
class BlockReader : public BatchReader {
 public:
  Result<bool> next(Batch& out) final;

 protected:
  explicit BlockReader(std::shared_ptr<FileReading> reading);

  /// Gets a block; false at the end of the file.
  virtual Result<bool> next_block() = 0;
  /// Makes the next record of the block at hand a row or a reject, or passes it by; false when the
  /// block has no more.
  virtual bool take_record(Batch& out) = 0;
  /// Line and text of the record at hand, as rejects have them.
  [[nodiscard]] virtual Reject record_at_hand() const = 0;

  /// Appends a row with `write(index, column)`; nothing. Or the first column whose value is bad,
  /// with fault() saying why: then all is taken back, since a record is a row or a reject and never
  /// both.
  template <typename Write>
  std::optional<size_t> write_row(Batch& out, const Write& write) {
    for (size_t i = 0; i < writers_.size(); ++i) {
      if (write(i, out.columns[i])) continue;
      take_back(i, out);
      return i;
    }
    if (repairs_) report_repairs();
    return std::nullopt;
  }

  /// Counts a rejected record and hands it on; its input is filled in.
  void reject(Reject&& out);
  [[nodiscard]] ColumnWriter& writer(size_t column) { return writers_[column]; }
  [[nodiscard]] ValueFault& fault() { return fault_; }

 private:
  void take_back(size_t columns, Batch& out);
  void report_repairs();

  std::shared_ptr<FileReading> reading_;
  std::vector<ColumnWriter> writers_;
  bool repairs_;           // some column may have repairs to report
  uint64_t rejected_ = 0;  // since the last batch
  ValueFault fault_;
};

}  // namespace rhumb
