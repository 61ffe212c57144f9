#include "decode/record/block_reader.h"

#include <algorithm>
#include <utility>

namespace rhumb {

BlockReader::BlockReader(std::shared_ptr<FileReading> reading)
    : reading_(std::move(reading)),
      writers_(reading_->writers),
      repairs_(reading_->repairs != nullptr &&
               std::any_of(writers_.begin(), writers_.end(),
                           [](const ColumnWriter& writer) { return writer.may_repair(); })) {}

Result<bool> BlockReader::next(Batch& out) {
  out.clear();
  while (out.rows() < kBatchRows) {
    if (take_record(out)) continue;
    if (reading_->cancel != nullptr && reading_->cancel->requested())
      return Error{.code = Code::kCancelled, .message = "reading was stopped"};
    RHUMB_ASSIGN(const bool more, next_block());
    if (!more) break;
  }
  reading_->progress.rows.fetch_add(out.rows(), std::memory_order_relaxed);
  reading_->progress.rejected.fetch_add(std::exchange(rejected_, 0), std::memory_order_relaxed);
  return out.rows() > 0;
}

void BlockReader::take_back(size_t columns, Batch& out) {
  for (size_t i = 0; i < columns; ++i) out.columns[i].pop_back();
  if (!repairs_) return;
  for (ColumnWriter& writer : writers_) (void)writer.take_repair();  // of a row that is none
}

void BlockReader::report_repairs() {
  for (size_t i = 0; i < writers_.size(); ++i) {
    std::string repair = writers_[i].take_repair();
    if (repair.empty()) continue;
    Reject changed = record_at_hand();
    changed.input = reading_->input;
    changed.field = reading_->schema[i].name;
    changed.reason = RejectReason::kInvalidGeometry;
    changed.message = std::move(repair);
    reading_->repairs(std::move(changed));
  }
}

void BlockReader::reject(Reject&& out) {
  ++rejected_;
  if (!reading_->rejects) return;
  out.input = reading_->input;
  reading_->rejects(std::move(out));
}

}  // namespace rhumb
