#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/record/record_input.h"
#include "decode/record/record_layout.h"
#include "decode/record/record_text.h"
#include "decode/value/column_writer.h"
#include "decode/value/sampling.h"

namespace rhumb {
namespace {

constexpr size_t kBlockRecords = 256;
constexpr size_t kBlockBytes = size_t{4} << 20;

/// What all readers of one file share; immutable but for the input and the progress.
struct RecordShared {
  std::unique_ptr<RecordInput> input;  ///< under the mutex
  std::mutex mutex;
  bool ended = false;
  std::string name;
  CsvLayout layout;
  RecordSample sample{1.0};
  RejectSink rejects, repairs;
  const CancelFlag* cancel = nullptr;
  std::vector<ColumnWriter> writers;  ///< to copy, one per column
  StreamProgress progress;
};

size_t bytes_of(const Record& record) {
  size_t bytes = record.undecoded.size();
  for (const FieldValue& value : record.values) bytes += value.bytes.size();
  return bytes;
}

/// Takes a block of records at a time; the costly part, making values of them, is done side by
/// side.
class RecordReader final : public BatchReader {
 public:
  explicit RecordReader(std::shared_ptr<RecordShared> shared)
      : shared_(std::move(shared)),
        writers_(shared_->writers),
        block_(kBlockRecords),
        repairs_(shared_->repairs != nullptr &&
                 std::any_of(writers_.begin(), writers_.end(),
                             [](const ColumnWriter& writer) { return writer.may_repair(); })) {}

  Result<bool> next(Batch& out) override {
    out.clear();
    while (out.rows() < kBatchRows) {
      if (at_ == filled_) {
        RHUMB_ASSIGN(const bool more, next_block());
        if (!more) break;
        continue;
      }
      take(block_[at_++], out);
    }
    shared_->progress.rows.fetch_add(out.rows(), std::memory_order_relaxed);
    shared_->progress.rejected.fetch_add(std::exchange(rejected_, 0), std::memory_order_relaxed);
    return out.rows() > 0;
  }

 private:
  Result<bool> next_block() {
    if (shared_->cancel != nullptr && shared_->cancel->requested())
      return Error{Code::kCancelled, "reading was stopped", "", {}};
    const std::scoped_lock lock(shared_->mutex);
    at_ = filled_ = 0;
    size_t bytes = 0;
    while (!shared_->ended && filled_ < block_.size() && bytes < kBlockBytes) {
      auto more = shared_->input->next(block_[filled_]);
      if (!more.ok()) {
        shared_->ended = true;
        return std::move(more).error();
      }
      shared_->ended = !*more;
      if (*more) bytes += bytes_of(block_[filled_++]);
    }
    shared_->progress.bytes = shared_->input->consumed();
    return filled_ > 0;
  }

  void take(const Record& record, Batch& out) {
    if (!shared_->sample.takes(record.number)) return;
    if (record.faulty) {
      fault_ = record.fault;
      return reject(record, record.field);
    }
    for (size_t i = 0; i < writers_.size(); ++i) {
      if (write(record, i, out.columns[i])) continue;
      for (size_t done = 0; done < i; ++done) out.columns[done].pop_back();
      return reject(record, shared_->layout.columns[i].declared.column.name);
    }
    if (repairs_) report_repairs(record);
  }

  bool write(const Record& record, size_t index, ColumnData& out) {
    const LayoutColumn& placed = shared_->layout.columns[index];
    const FieldValue& value = record.values[placed.field];
    ColumnWriter& writer = writers_[index];
    if (placed.latitude != LayoutColumn::kNone) {
      const FieldValue& latitude = record.values[placed.latitude];
      return check_text(value) && check_text(latitude) &&
             writer.write_point(point_text(value), point_text(latitude), out, fault_);
    }
    switch (value.kind) {
      case FieldValue::Kind::kNull:
        return writer.write_null(out, fault_);
      case FieldValue::Kind::kText:
        return check_text(value) && writer.write(value.bytes, out, fault_);
      case FieldValue::Kind::kGeometry:
        return writer.write_wkb(value.bytes, out, fault_);
      case FieldValue::Kind::kBytes:
        return write_bytes(placed, value, writer, out);
    }
    return false;
  }

  bool write_bytes(const LayoutColumn& placed, const FieldValue& value, ColumnWriter& writer,
                   ColumnData& out) {
    const TypeId type = placed.declared.column.type.id;
    if (type == TypeId::kGeometry) return writer.write_wkb(value.bytes, out, fault_);
    if (type == TypeId::kBytes) {
      out.append_bytes(value.bytes);
      return true;
    }
    fault_.reason = RejectReason::kBadValue;
    fault_.message = fmt::format("expected {}, found {} bytes that are no text",
                                 type_name(placed.declared.column.type), value.bytes.size());
    return false;
  }

  static std::string_view point_text(const FieldValue& value) {
    return value.kind == FieldValue::Kind::kNull ? std::string_view() : value.bytes;
  }

  bool check_text(const FieldValue& value) {
    if (value.kind != FieldValue::Kind::kText) return true;
    const bool utf8 = is_utf8(value.bytes);
    if (utf8 && value.bytes.find('\0') == std::string::npos) return true;
    fault_.reason = utf8 ? RejectReason::kBadValue : RejectReason::kBadEncoding;
    fault_.message =
        fmt::format("{} '{}'", utf8 ? "found a NUL character in" : "expected UTF-8, found",
                    printable(value.bytes, 80));
    return false;
  }

  void reject(const Record& record, const std::string& field) {
    ++rejected_;
    if (repairs_) {
      for (ColumnWriter& writer : writers_) (void)writer.take_repair();  // of a row that is none
    }
    if (shared_->rejects) shared_->rejects(describe(record, field, fault_.message, fault_.reason));
  }

  void report_repairs(const Record& record) {
    for (size_t i = 0; i < writers_.size(); ++i) {
      std::string repair = writers_[i].take_repair();
      if (repair.empty()) continue;
      shared_->repairs(describe(record, shared_->layout.columns[i].declared.column.name,
                                std::move(repair), RejectReason::kInvalidGeometry));
    }
  }

  [[nodiscard]] Reject describe(const Record& record, const std::string& field, std::string message,
                                RejectReason reason) const {
    return {.input = shared_->name,
            .line = record.number,
            .column = 0,
            .field = field,
            .reason = reason,
            .message = std::move(message),
            .raw = record_text(shared_->input->fields(), record)};
  }

  std::shared_ptr<RecordShared> shared_;
  std::vector<ColumnWriter> writers_;
  std::vector<Record> block_;
  size_t at_ = 0, filled_ = 0;
  bool repairs_;           // some column may have repairs to report
  uint64_t rejected_ = 0;  // since the last batch
  ValueFault fault_;
};

class RecordStream final : public BatchStream {
 public:
  RecordStream(std::shared_ptr<RecordShared> shared, std::vector<std::string> notes)
      : shared_(std::move(shared)),
        schema_(shared_->layout.schema()),
        notes_(std::move(notes)),
        preamble_(record_preamble(*shared_->input)) {}

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] size_t max_readers() const override {
    const uint64_t blocks = 1 + shared_->progress.total_bytes / (kBlockBytes / 4);
    return std::min<uint64_t>(blocks, std::max(1U, std::thread::hardware_concurrency()));
  }
  Result<std::unique_ptr<BatchReader>> open_reader() override {
    return std::unique_ptr<BatchReader>(std::make_unique<RecordReader>(shared_));
  }
  [[nodiscard]] const StreamProgress& progress() const override { return shared_->progress; }
  /// Also what was found out while reading.
  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> all = notes_;
    const std::scoped_lock lock(shared_->mutex);
    for (std::string& note : shared_->input->notes()) all.push_back(std::move(note));
    return all;
  }
  [[nodiscard]] std::string preamble() const override { return preamble_; }

 private:
  std::shared_ptr<RecordShared> shared_;
  Schema schema_;
  std::vector<std::string> notes_;
  std::string preamble_;
};

}  // namespace

Result<std::unique_ptr<BatchStream>> RecordDecoder::open(const DecodeRequest& request) const {
  RHUMB_ASSIGN(const bool replayed, holds_record_text(request.path));
  RHUMB_ASSIGN(auto input, replayed ? open_record_text(request.path) : open_input(request));
  RHUMB_ASSIGN(const TimeZone zone, TimeZone::find(request.timezone));
  auto shared = std::make_shared<RecordShared>();
  RHUMB_ASSIGN(shared->layout, lay_out_records(request.columns, input->fields(), input->crs()));
  std::vector<std::string> notes;
  for (const LayoutColumn& column : shared->layout.columns) {
    RHUMB_ASSIGN(ColumnWriter writer, ColumnWriter::make(column.declared, {}, zone, column.exact));
    if (!writer.note().empty()) notes.push_back(column.declared.column.name + ": " + writer.note());
    shared->writers.push_back(std::move(writer));
  }
  shared->name = request.input;
  shared->sample = RecordSample(request.sample);
  shared->rejects = request.rejects;
  shared->repairs = request.repairs;
  shared->cancel = request.cancel;
  shared->progress.total_bytes = input->total();
  shared->input = std::move(input);
  return std::unique_ptr<BatchStream>(
      std::make_unique<RecordStream>(std::move(shared), std::move(notes)));
}

}  // namespace rhumb
