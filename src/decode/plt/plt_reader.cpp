#include "decode/plt/plt_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/text/encoding.h"

namespace rhumb {

PltReader::PltReader(std::shared_ptr<PltShared> shared)
    : shared_(std::move(shared)), writers_(shared_->writers) {
  block_.text.resize(0);
  at_ = block_.text.end();
}

Result<bool> PltReader::next(Batch& out) {
  out.clear();
  std::string_view line;
  while (out.rows() < kBatchRows) {
    if (next_line(line)) {
      take_line(line, out);
      continue;
    }
    RHUMB_ASSIGN(const bool more, next_block());
    if (!more) break;
  }
  shared_->progress.rows.fetch_add(out.rows(), std::memory_order_relaxed);
  shared_->progress.rejected.fetch_add(std::exchange(rejected_, 0), std::memory_order_relaxed);
  return out.rows() > 0;
}

Result<bool> PltReader::next_block() {
  if (shared_->cancel != nullptr && shared_->cancel->requested()) {
    return Error{.code = Code::kCancelled, .message = "reading was stopped"};
  }
  RHUMB_ASSIGN(const bool more, shared_->splitter->next(block_));
  at_ = block_.text.begin();
  line_ = block_.line - 1;
  if (!more || !block_.too_long) return more;
  at_ = block_.text.end();
  line_ = block_.line;
  if (shared_->sample.takes(line_)) {
    reject(block_.text.view(), {.reason = RejectReason::kTooLong,
                                .message = "the line is longer than any point can be"});
  }
  return true;
}

// Lines end with LF, CRLF or CR; blank ones are no points.
bool PltReader::next_line(std::string_view& line) {
  while (at_ < block_.text.end()) {
    const char* const begin = at_;
    const auto left = static_cast<size_t>(block_.text.end() - begin);
    const void* found = std::memchr(begin, '\n', left);
    const char* end = found == nullptr ? begin + left : static_cast<const char*>(found);
    if (const void* cr = std::memchr(begin, '\r', static_cast<size_t>(end - begin))) {
      end = static_cast<const char*>(cr);
    }
    at_ = end;
    if (at_ < block_.text.end())
      at_ += end[0] == '\r' && at_ + 1 < block_.text.end() && end[1] == '\n' ? 2 : 1;
    ++line_;
    line = {begin, static_cast<size_t>(end - begin)};
    if (!line.empty() && !trim(line).empty()) return true;
  }
  return false;
}

void PltReader::take_line(std::string_view line, Batch& out) {
  if (!shared_->sample.takes(line_)) return;
  if (!read_plt_point(line, point_, bad_line_)) {
    return reject(line, {.column = static_cast<uint32_t>(bad_line_.column),
                         .field = bad_line_.field,
                         .reason = bad_line_.reason,
                         .message = std::move(bad_line_.message)});
  }
  for (size_t i = 0; i < writers_.size(); ++i) {
    const LayoutColumn& placed = shared_->layout.columns[i];
    const bool written = placed.latitude == LayoutColumn::kNone
                             ? write_field(placed.field, i, out.columns[i])
                             : write_pair(i, out.columns[i]);
    if (written) continue;
    // A record is a row or a reject, never both.
    for (size_t done = 0; done < i; ++done) out.columns[done].pop_back();
    reject(line, {.field = placed.declared.column.name,
                  .reason = fault_.reason,
                  .message = std::move(fault_.message)});
    fault_ = {};
    return;
  }
}

bool PltReader::write_field(size_t field, size_t index, ColumnData& out) {
  ColumnWriter& writer = writers_[index];
  switch (field) {
    case kPltUser:
      return write_text(shared_->user, index, out);
    case kPltTrajectory:
      return write_text(shared_->trajectory, index, out);
    case kPltPosition:
      if (shared_->layout.columns[index].declared.column.type.id == TypeId::kGeometry) {
        return writer.write_position(point_.at, out, fault_);
      }
      return writer.write(fmt::format("POINT ({} {})", point_.at.x, point_.at.y), out, fault_);
    case kPltAltitude:
      return point_.altitude ? writer.write_number(*point_.altitude, out, fault_)
                             : writer.write_null(out, fault_);
    case kPltTime:
      return writer.write_instant(point_.time, out, fault_);
    case kPltMode:
      return write_text(shared_->labels.mode_at(point_.time), index, out);
    case kPltLongitude:
      return writer.write_number(point_.at.x, out, fault_);
    default:
      return writer.write_number(point_.at.y, out, fault_);
  }
}

// For those who ask for `lon: longitude, lat: latitude`, or any two of the numbers.
bool PltReader::write_pair(size_t index, ColumnData& out) {
  const LayoutColumn& placed = shared_->layout.columns[index];
  const auto number = [&](size_t field) {
    return field == kPltLatitude ? point_.at.y : point_.at.x;
  };
  return writers_[index].write_position({number(placed.field), number(placed.latitude)}, out,
                                        fault_);
}

bool PltReader::write_text(std::string_view text, size_t index, ColumnData& out) {
  return text.empty() ? writers_[index].write_null(out, fault_)
                      : writers_[index].write(text, out, fault_);
}

void PltReader::reject(std::string_view line, Reject&& out) {
  ++rejected_;
  if (!shared_->rejects) return;
  out.input = shared_->input;
  out.line = line_;
  out.raw = repair_utf8(line);
  shared_->rejects(std::move(out));
}

}  // namespace rhumb
