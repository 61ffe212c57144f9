#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/record/block_reader.h"
#include "decode/record/record_input.h"
#include "decode/record/record_layout.h"
#include "decode/record/record_text.h"
#include "decode/text/encoding.h"

namespace rhumb {
namespace {

constexpr size_t kBlockRecords = 256;
constexpr size_t kBlockBytes = size_t{4} << 20;

struct RecordReading final : FileReading {
  using FileReading::FileReading;
  [[nodiscard]] std::vector<std::string> all_notes() const override {
    std::vector<std::string> all = notes;
    const std::scoped_lock lock(mutex);
    for (std::string& note : source->notes()) all.push_back(std::move(note));
    return all;
  }

  std::unique_ptr<RecordInput> source;  ///< under the mutex
  mutable std::mutex mutex;
  bool ended = false;
  ColumnLayout layout;
};

size_t bytes_of(const Record& record) {
  size_t bytes = record.undecoded.size();
  for (const FieldValue& value : record.values) bytes += value.bytes.size();
  return bytes;
}

/// Takes a block of records at a time; the costly part, making values of them, is done side by
/// side.
class RecordReader final : public BlockReader {
 public:
  explicit RecordReader(std::shared_ptr<RecordReading> reading)
      : BlockReader(reading), reading_(std::move(reading)), block_(kBlockRecords) {}

 private:
  Result<bool> next_block() override {
    const std::scoped_lock lock(reading_->mutex);
    at_ = filled_ = 0;
    size_t bytes = 0;
    while (!reading_->ended && filled_ < block_.size() && bytes < kBlockBytes) {
      auto more = reading_->source->next(block_[filled_]);
      if (!more.ok()) {
        reading_->ended = true;
        return std::move(more).error();
      }
      reading_->ended = !*more;
      if (*more) bytes += bytes_of(block_[filled_++]);
    }
    reading_->progress.bytes = reading_->source->consumed();
    return filled_ > 0;
  }

  bool take_record(Batch& out) override {
    if (at_ == filled_) return false;
    const Record& record = block_[at_++];
    if (!reading_->sample.takes(record.number)) return true;
    if (record.faulty) {
      refuse(record.field, record.fault);
      return true;
    }
    const auto bad =
        write_row(out, [&](size_t i, ColumnData& column) { return write(record, i, column); });
    if (bad) refuse(reading_->schema[*bad].name, fault());
    return true;
  }

  [[nodiscard]] Reject record_at_hand() const override {
    const Record& record = block_[at_ - 1];
    return {.line = record.number,
            .column = 0,
            .raw = record.raw.empty() ? record_text(reading_->source->fields(), record)
                                      : repair_utf8(record.raw)};
  }

  void refuse(const std::string& field, const ValueFault& why) {
    Reject out = record_at_hand();
    out.field = field;
    out.reason = why.reason;
    out.message = why.message;
    reject(std::move(out));
  }

  bool write(const Record& record, size_t index, ColumnData& out) {
    const LayoutColumn& placed = reading_->layout.columns[index];
    const FieldValue& value = record.values[placed.field];
    ColumnWriter& values = writer(index);
    if (placed.latitude != LayoutColumn::kNone) {
      const FieldValue& latitude = record.values[placed.latitude];
      return check_text(value) && check_text(latitude) &&
             values.write_point(point_text(value), point_text(latitude), out, fault());
    }
    switch (value.kind) {
      case FieldValue::Kind::kNull:
        return values.write_null(out, fault());
      case FieldValue::Kind::kText:
        return check_text(value) && values.write(value.bytes, out, fault());
      case FieldValue::Kind::kGeometry:
        return values.write_wkb(value.bytes, out, fault());
      case FieldValue::Kind::kBytes:
        return write_bytes(placed, value, values, out);
    }
    return false;
  }

  bool write_bytes(const LayoutColumn& placed, const FieldValue& value, ColumnWriter& values,
                   ColumnData& out) {
    const TypeId type = placed.declared.column.type.id;
    if (type == TypeId::kGeometry) return values.write_wkb(value.bytes, out, fault());
    if (type == TypeId::kBytes) {
      out.append_bytes(value.bytes);
      return true;
    }
    fault().reason = RejectReason::kBadValue;
    fault().message = fmt::format("expected {}, found {} bytes that are no text",
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
    fault().reason = utf8 ? RejectReason::kBadValue : RejectReason::kBadEncoding;
    fault().message =
        fmt::format("{} '{}'", utf8 ? "found a NUL character in" : "expected UTF-8, found",
                    printable(value.bytes, 80));
    return false;
  }

  std::shared_ptr<RecordReading> reading_;
  std::vector<Record> block_;
  size_t at_ = 0, filled_ = 0;
};

}  // namespace

Result<std::unique_ptr<BatchStream>> RecordDecoder::open(const DecodeRequest& request) const {
  RHUMB_ASSIGN(const bool replayed, holds_record_text(request.path));
  RHUMB_ASSIGN(auto input, replayed ? open_record_text(request.path) : open_input(request));
  RHUMB_ASSIGN(const TimeZone zone, TimeZone::find(request.timezone));
  auto reading = std::make_shared<RecordReading>(request);
  RHUMB_ASSIGN(reading->layout, lay_out_records(request.columns, input->fields(), input->crs()));
  for (const LayoutColumn& column : reading->layout.columns)
    RHUMB_TRY(reading->add_column(column.declared, {}, zone, column.exact));
  reading->preamble = input->preamble().value_or(record_preamble(*input));
  reading->block_bytes = kBlockBytes / 4;
  reading->progress.total_bytes = input->total();
  reading->source = std::move(input);
  return stream_of<RecordReader>(std::move(reading));
}

}  // namespace rhumb
