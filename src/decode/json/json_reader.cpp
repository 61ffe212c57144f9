#include "decode/json/json_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/json/geojson_record.h"
#include "decode/text/encoding.h"
#include "decode/value/record_size.h"

namespace rhumb {
namespace {

using Kind = JsonValue::Kind;

const JsonValue kMissingMember;

}  // namespace

JsonReader::JsonReader(std::shared_ptr<JsonReading> reading)
    : BlockReader(reading), reading_(std::move(reading)), records_(*reading_->layout.fields) {}

Result<bool> JsonReader::next_block() {
  next_frame_ = 0;
  block_.frames.clear();
  return reading_->splitter->next(block_);
}

bool JsonReader::take_record(Batch& out) {
  if (next_frame_ == block_.frames.size()) return false;
  take_frame(block_.frames[next_frame_++], out);
  return true;
}

Reject JsonReader::record_at_hand() const {
  const JsonFrame& frame = block_.frames[next_frame_ - 1];
  return {.line = frame.line, .raw = repair_utf8(text_of(frame))};
}

std::string_view JsonReader::text_of(const JsonFrame& frame) const {
  return block_.text.view().substr(frame.begin, frame.end - frame.begin);
}

void JsonReader::take_frame(const JsonFrame& frame, Batch& out) {
  if (!reading_->sample.takes(frame.number)) return;
  if (frame.fault != nullptr || frame.too_long) return reject_frame(frame);
  JsonFault fault;
  if (!records_.read(text_of(frame), fault)) return reject_record(frame, std::move(fault));
  values_ = records_.values();
  if (reading_->options.geojson && !accept_geojson(text_of(frame), values_, fault)) {
    return reject_record(frame, std::move(fault));
  }
  const auto bad =
      write_row(out, [&](size_t i, ColumnData& column) { return write_column(i, column); });
  if (bad) reject_value(frame, *bad);
}

const JsonValue& JsonReader::value_of(const JsonColumn& column) const {
  for (const size_t slot : column.slots) {
    if (values_[slot].kind != Kind::kAbsent) return values_[slot];
  }
  return kMissingMember;
}

bool JsonReader::write_column(size_t index, ColumnData& out) {
  const JsonColumn& column = reading_->layout.columns[index];
  if (column.latitude != JsonFields::kNone) return write_point(column, index, out);
  return write_value(value_of(column), index, out);
}

bool JsonReader::write_value(const JsonValue& value, size_t index, ColumnData& out) {
  const TypeId type = reading_->layout.columns[index].declared.column.type.id;
  switch (value.kind) {
    case Kind::kAbsent:
    case Kind::kNull:
      return writer(index).write_null(out, fault());
    case Kind::kString:
      if (!check_characters(value)) return false;
      return writer(index).write(type == TypeId::kJson ? value.raw : value.text, out, fault());
    default:
      return writer(index).write(value.raw, out, fault());
  }
}

bool JsonReader::write_point(const JsonColumn& column, size_t index, ColumnData& out) {
  const auto text = [](const JsonValue& value) {
    return value.kind == Kind::kString ? value.text : value.raw;
  };
  const auto missing = [](const JsonValue& value) {
    return value.kind == Kind::kAbsent || value.kind == Kind::kNull;
  };
  const JsonValue& lon = values_[column.slots.front()];
  const JsonValue& lat = values_[column.latitude];
  if (missing(lon) && missing(lat)) return writer(index).write_null(out, fault());
  if (!missing(lon) && !missing(lat)) {
    return writer(index).write_point(text(lon), text(lat), out, fault());
  }
  fault().reason = RejectReason::kMissingValue;
  fault().message = fmt::format("expected both coordinates, found no {}",
                                missing(lon) ? column.declared.lon : column.declared.lat);
  return false;
}

bool JsonReader::check_characters(const JsonValue& value) {
  // Only an escape can make one.
  if (value.text.size() + 2 == value.raw.size() ||
      value.text.find('\0') == std::string_view::npos) {
    return true;
  }
  fault().reason = RejectReason::kBadValue;
  fault().message = fmt::format("found a NUL character in '{}'", printable(value.text, 80));
  return false;
}

void JsonReader::reject_frame(const JsonFrame& frame) {
  const uint64_t limit = reading_->options.max_record;
  if (frame.too_long) {
    const std::string_view text = text_of(frame);
    const size_t kept = std::min(text.size(), kept_of_long_record(limit));
    return reject_at(frame, {.reason = RejectReason::kTooLong,
                             .message = fmt::format(
                                 "the record at byte {} is longer than max_record ({}), or a "
                                 "quote or bracket in it is not closed; its beginning is kept",
                                 frame.offset, human_bytes(limit)),
                             .raw = std::string(text.substr(0, kept))});
  }
  reject_at(frame, {.column = column_of(frame, block_.text.begin() + frame.fault_at),
                    .reason = RejectReason::kMalformed,
                    .message = fmt::format("{}; at byte {}", frame.fault,
                                           frame.offset + (frame.fault_at - frame.begin)),
                    .raw = std::string(text_of(frame))});
}

void JsonReader::reject_record(const JsonFrame& frame, JsonFault&& fault) {
  std::string message = std::move(fault.message);
  if (fault.field.empty()) {
    const uint64_t within =
        fault.at == nullptr ? 0
                            : static_cast<uint64_t>(fault.at - (block_.text.begin() + frame.begin));
    message += fmt::format("; {} byte {}", fault.at == nullptr ? "in the record at" : "at",
                           frame.offset + within);
  }
  reject_at(frame, {.column = fault.at == nullptr ? 0 : column_of(frame, fault.at),
                    .field = std::move(fault.field),
                    .reason = fault.reason,
                    .message = std::move(message),
                    .raw = std::string(text_of(frame))});
}

void JsonReader::reject_value(const JsonFrame& frame, size_t index) {
  const JsonColumn& column = reading_->layout.columns[index];
  const JsonValue& value = fault().in_latitude ? values_[column.latitude] : value_of(column);
  reject_at(frame, {.column = value.raw.empty() ? 0 : column_of(frame, value.raw.data()),
                    .field = column.declared.column.name,
                    .reason = fault().reason,
                    .message = std::move(fault().message),
                    .raw = std::string(text_of(frame))});
  fault() = {};
}

// Bytes from the beginning of the line that `at` stands in, from 1.
uint32_t JsonReader::column_of(const JsonFrame& frame, const char* at) const {
  const char* const begin = block_.text.begin() + frame.begin;
  const std::string_view before(begin, static_cast<size_t>(std::max(at, begin) - begin));
  const size_t line_end = before.find_last_of("\r\n");
  const uint64_t column =
      line_end == std::string_view::npos ? frame.column + before.size() : before.size() - line_end;
  return static_cast<uint32_t>(std::min<uint64_t>(column, UINT32_MAX));
}

void JsonReader::reject_at(const JsonFrame& frame, Reject&& out) {
  out.line = frame.line;
  out.raw = repair_utf8(out.raw);
  reject(std::move(out));
}

}  // namespace rhumb
