#include "decode/csv/reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/text/encoding.h"
#include "decode/value/record_size.h"

namespace rhumb {
namespace {

// Bytes from the beginning of the line that `at` stands in, from 1.
uint32_t column_in_line(std::string_view record, const char* at) {
  const auto offset = static_cast<size_t>(at - record.data());
  const size_t line_end =
      offset == 0 ? std::string_view::npos : record.find_last_of("\r\n", offset - 1);
  const size_t begin = line_end == std::string_view::npos ? 0 : line_end + 1;
  return static_cast<uint32_t>(offset - begin + 1);
}

// The beginning of a line that is too long, not cut through a character.
std::string_view beginning(std::string_view line, size_t most) {
  if (line.size() <= most) return line;
  while (most > 0 && (static_cast<unsigned char>(line[most]) & 0xC0) == 0x80) --most;
  return line.substr(0, most);
}

}  // namespace

CsvReader::CsvReader(std::shared_ptr<CsvShared> shared)
    : shared_(std::move(shared)),
      writers_(shared_->writers),
      scanner_(shared_->options.dialect, shared_->options.max_record, shared_->layout.width),
      sample_(shared_->sample),
      repairs_(shared_->repairs != nullptr &&
               std::any_of(writers_.begin(), writers_.end(),
                           [](const ColumnWriter& writer) { return writer.may_repair(); })) {
  block_.text.resize(0);
  scanner_.reset(block_.text.begin(), block_.text.end(), 1, true);
}

Result<bool> CsvReader::next(Batch& out) {
  out.clear();
  while (out.rows() < kBatchRows) {
    if (scanner_.next() == RecordScanner::Step::kRecord) {
      take_record(out);
      continue;
    }
    RHUMB_ASSIGN(const bool more, next_block());
    if (!more) break;
  }
  shared_->progress.rows.fetch_add(out.rows(), std::memory_order_relaxed);
  shared_->progress.rejected.fetch_add(std::exchange(rejected_, 0), std::memory_order_relaxed);
  return out.rows() > 0;
}

Result<bool> CsvReader::next_block() {
  if (shared_->cancel != nullptr && shared_->cancel->requested()) {
    return Error{.code = Code::kCancelled, .message = "reading was stopped"};
  }
  RHUMB_ASSIGN(const bool more, shared_->splitter->next(block_));
  if (!more) return false;
  const char* const begin = block_.text.begin();
  const char* const end = block_.text.end();
  plain_ = is_plain_ascii(begin, end);
  scanner_.reset(block_.too_long ? end : begin, end, block_.line, true);
  if (block_.too_long && sample_.takes(block_.line))
    reject_long_line(block_.line, block_.text.view());
  return true;
}

void CsvReader::take_record(Batch& out) {
  if (!sample_.takes(scanner_.line())) return;
  if (scanner_.fault() != RecordFault::kNone) return reject_record();
  const size_t width = shared_->layout.width;
  const size_t found = scanner_.field_count();
  if ((found < width && !shared_->options.fill_missing_fields) ||
      (found > width && !shared_->options.drop_extra_fields)) {
    return reject_width();
  }
  write_row(out);
}

// On a bad field the fields before it are taken back: a record is a row or a reject, never both.
bool CsvReader::write_row(Batch& out) {
  for (size_t i = 0; i < writers_.size(); ++i) {
    if (write_column(i, out)) continue;
    for (size_t done = 0; done < i; ++done) {
      out.columns[done].pop_back();
      if (repairs_) (void)writers_[done].take_repair();
    }
    return false;
  }
  if (repairs_) report_repairs();
  return true;
}

void CsvReader::report_repairs() {
  for (size_t i = 0; i < writers_.size(); ++i) {
    std::string repair = writers_[i].take_repair();
    if (repair.empty()) continue;
    shared_->repairs({.input = shared_->input,
                      .line = scanner_.line(),
                      .field = shared_->layout.columns[i].declared.column.name,
                      .reason = RejectReason::kInvalidGeometry,
                      .message = std::move(repair),
                      .raw = repair_utf8(scanner_.text())});
  }
}

bool CsvReader::write_column(size_t index, Batch& out) {
  const LayoutColumn& placed = shared_->layout.columns[index];
  static const FieldText kMissing{"", "", false, false};
  const auto& fields = scanner_.fields();
  const auto at = [&](size_t i) -> const FieldText& {
    return i < fields.size() ? fields[i] : kMissing;
  };
  const FieldText& field = at(placed.field);
  ColumnWriter& writer = writers_[index];
  if (!plain_ && field.begin != field.end && !check_characters(field, index)) return false;
  if (placed.latitude == LayoutColumn::kNone) {
    const bool missing = placed.field >= fields.size();
    const bool written = missing
                             ? writer.write_null(out.columns[index], fault_)
                             : writer.write(text_of(field, scratch_), out.columns[index], fault_);
    if (!written) reject_field(field, index);
    return written;
  }
  const FieldText& latitude = at(placed.latitude);
  if (writer.write_point(text_of(field, scratch_), text_of(latitude, second_scratch_),
                         out.columns[index], fault_)) {
    return true;
  }
  reject_field(fault_.in_latitude ? latitude : field, index);
  return false;
}

bool CsvReader::check_characters(const FieldText& field, size_t index) {
  if (is_plain_ascii(field.begin, field.end)) return true;
  const std::string_view text(field.begin, static_cast<size_t>(field.end - field.begin));
  if (!is_utf8(text)) {
    fault_.reason = RejectReason::kBadEncoding;
    fault_.message = fmt::format("expected UTF-8, found '{}'", printable(text, 80));
  } else if (text.find('\0') != std::string_view::npos) {
    fault_.reason = RejectReason::kBadValue;
    fault_.message = fmt::format("found a NUL character in '{}'", printable(text, 80));
  } else {
    return true;
  }
  reject_field(field, index);
  return false;
}

std::string_view CsvReader::text_of(const FieldText& field, std::string& scratch) const {
  return field_text(field, shared_->options.dialect, scratch);
}

void CsvReader::reject_long_line(uint64_t line, std::string_view text) {
  const uint64_t limit = shared_->options.max_record;
  reject({.line = line,
          .reason = RejectReason::kTooLong,
          .message = fmt::format("the line is longer than max_record ({}); its beginning is kept",
                                 human_bytes(limit)),
          .raw = std::string(beginning(text, kept_of_long_record(limit)))});
}

void CsvReader::reject_record() {
  const std::string_view record = scanner_.text();
  if (scanner_.fault() == RecordFault::kTooLong) return reject_long_line(scanner_.line(), record);
  const uint32_t column = column_in_line(record, scanner_.fault_at());
  const bool spans = scanner_.fault() == RecordFault::kBadSpan;
  reject({.line = scanner_.line(),
          .column = column,
          .reason = RejectReason::kBadQuoting,
          .message =
              spans ? fmt::format("the quote opened at column {} is open at the line's end and not "
                                  "closed before the end of the file or within max_record ({}), or "
                                  "text follows its closing quote",
                                  column, human_bytes(shared_->options.max_record))
                    : "expected a delimiter or the line's end after a closing quote; quotes within "
                      "a text in quotes must be doubled",
          .raw = std::string(record)});
}

void CsvReader::reject_width() {
  const size_t width = shared_->layout.width;
  const bool few = scanner_.field_count() < width;
  reject({.line = scanner_.line(),
          .reason = few ? RejectReason::kTooFewFields : RejectReason::kTooManyFields,
          .message = fmt::format("expected {} fields, found {}{}", width, scanner_.field_count(),
                                 few ? "" : "; extra_fields: drop takes such records"),
          .raw = std::string(scanner_.text())});
}

void CsvReader::reject_field(const FieldText& field, size_t index) {
  const std::string_view record = scanner_.text();
  const LayoutColumn& placed = shared_->layout.columns[index];
  const size_t position = fault_.in_latitude ? placed.latitude : placed.field;
  const bool present = position < scanner_.fields().size();
  reject({.line = scanner_.line(),
          .column = present ? column_in_line(record, field.first_byte()) : 0,
          .field = placed.declared.column.name,
          .reason = fault_.reason,
          .message = std::move(fault_.message),
          .raw = std::string(record)});
  fault_ = {};
}

void CsvReader::reject(Reject&& out) {
  ++rejected_;
  if (!shared_->rejects) return;
  out.input = shared_->input;
  if (!plain_) out.raw = repair_utf8(out.raw);
  shared_->rejects(std::move(out));
}

}  // namespace rhumb
