#include "decode/plt/plt_reader.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/text/encoding.h"

namespace rhumb {

PltReader::PltReader(std::shared_ptr<PltReading> reading)
    : BlockReader(reading), reading_(std::move(reading)) {
  block_.text.resize(0);
  at_ = block_.text.end();
}

Result<bool> PltReader::next_block() {
  RHUMB_ASSIGN(const bool more, reading_->splitter->next(block_));
  at_ = block_.text.begin();
  line_ = block_.line - 1;
  if (!more || !block_.too_long) return more;
  at_ = block_.text.end();
  line_ = block_.line;
  text_ = block_.text.view();
  if (reading_->sample.takes(line_)) {
    reject_line(
        {.reason = RejectReason::kTooLong, .message = "the line is longer than any point can be"});
  }
  return true;
}

bool PltReader::take_record(Batch& out) {
  if (next_plain_point()) {
    if (reading_->sample.takes(line_)) take_point(out);
    return true;
  }
  if (!next_line()) return false;
  if (reading_->sample.takes(line_)) take_line(out);
  return true;
}

Reject PltReader::record_at_hand() const {
  return {.line = line_, .raw = repair_utf8(text_)};
}

/// Nearly all lines are points that need no second look, not even for where they end.
bool PltReader::next_plain_point() {
  const char* const end = block_.text.end();
  const char* const behind = read_plain_plt_point(at_, end, point_);
  if (behind == nullptr || (behind < end && *behind != '\r' && *behind != '\n')) return false;
  text_ = {at_, static_cast<size_t>(behind - at_)};
  at_ = behind;
  pass_line_end();
  return true;
}

/// At the end of a line, or of the block.
void PltReader::pass_line_end() {
  const char* const end = block_.text.end();
  if (at_ < end) at_ += at_[0] == '\r' && at_ + 1 < end && at_[1] == '\n' ? 2 : 1;
  ++line_;
}

// Lines end with LF, CRLF or CR; blank ones are no points.
bool PltReader::next_line() {
  while (at_ < block_.text.end()) {
    const char* const begin = at_;
    const auto left = static_cast<size_t>(block_.text.end() - begin);
    const void* found = std::memchr(begin, '\n', left);
    const char* end = found == nullptr ? begin + left : static_cast<const char*>(found);
    if (const void* cr = std::memchr(begin, '\r', static_cast<size_t>(end - begin))) {
      end = static_cast<const char*>(cr);
    }
    at_ = end;
    pass_line_end();
    text_ = {begin, static_cast<size_t>(end - begin)};
    if (!text_.empty() && !trim(text_).empty()) return true;
  }
  return false;
}

void PltReader::take_line(Batch& out) {
  if (!read_plt_point(text_, point_, bad_line_)) {
    return reject_line({.column = static_cast<uint32_t>(bad_line_.column),
                        .field = bad_line_.field,
                        .reason = bad_line_.reason,
                        .message = std::move(bad_line_.message)});
  }
  take_point(out);
}

void PltReader::take_point(Batch& out) {
  const auto bad =
      write_row(out, [&](size_t i, ColumnData& column) { return write_column(i, column); });
  if (!bad) return;
  reject_line({.field = reading_->schema[*bad].name,
               .reason = fault().reason,
               .message = std::move(fault().message)});
  fault() = {};
}

bool PltReader::write_column(size_t index, ColumnData& out) {
  const LayoutColumn& placed = reading_->layout.columns[index];
  return placed.latitude == LayoutColumn::kNone ? write_field(placed.field, index, out)
                                                : write_pair(index, out);
}

bool PltReader::write_field(size_t field, size_t index, ColumnData& out) {
  switch (field) {
    case kPltUser:
      return write_text(reading_->user, index, out);
    case kPltTrajectory:
      return write_text(reading_->trajectory, index, out);
    case kPltPosition:
      if (reading_->layout.columns[index].declared.column.type.id == TypeId::kGeometry) {
        return writer(index).write_position(point_.at, out, fault());
      }
      return writer(index).write(fmt::format("POINT ({} {})", point_.at.x, point_.at.y), out,
                                 fault());
    case kPltAltitude:
      return point_.altitude ? writer(index).write_number(*point_.altitude, out, fault())
                             : writer(index).write_null(out, fault());
    case kPltTime:
      return writer(index).write_instant(point_.time, out, fault());
    case kPltMode:
      return write_text(reading_->labels->mode_at(point_.time), index, out);
    case kPltLongitude:
      return writer(index).write_number(point_.at.x, out, fault());
    default:
      return writer(index).write_number(point_.at.y, out, fault());
  }
}

// For those who ask for `lon: longitude, lat: latitude`, or any two of the numbers.
bool PltReader::write_pair(size_t index, ColumnData& out) {
  const LayoutColumn& placed = reading_->layout.columns[index];
  const auto number = [&](size_t field) {
    return field == kPltLatitude ? point_.at.y : point_.at.x;
  };
  return writer(index).write_position({number(placed.field), number(placed.latitude)}, out,
                                      fault());
}

bool PltReader::write_text(std::string_view text, size_t index, ColumnData& out) {
  return text.empty() ? writer(index).write_null(out, fault())
                      : writer(index).write(text, out, fault());
}

void PltReader::reject_line(Reject&& out) {
  out.line = line_;
  out.raw = repair_utf8(text_);
  reject(std::move(out));
}

}  // namespace rhumb
