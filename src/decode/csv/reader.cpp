#include "decode/csv/reader.h"

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

CsvReader::CsvReader(std::shared_ptr<CsvReading> reading)
    : BlockReader(reading),
      reading_(std::move(reading)),
      scanner_(reading_->options.dialect, reading_->options.max_record, reading_->layout.width) {
  block_.text.resize(0);
  scanner_.reset(block_.text.begin(), block_.text.end(), 1, true);
}

Result<bool> CsvReader::next_block() {
  RHUMB_ASSIGN(const bool more, reading_->splitter->next(block_));
  if (!more) return false;
  const char* const begin = block_.text.begin();
  const char* const end = block_.text.end();
  plain_ = is_plain_ascii(begin, end);
  scanner_.reset(block_.too_long ? end : begin, end, block_.line, true);
  if (block_.too_long && reading_->sample.takes(block_.line))
    reject_long_line(block_.line, block_.text.view());
  return true;
}

bool CsvReader::take_record(Batch& out) {
  if (scanner_.next() != RecordScanner::Step::kRecord) return false;
  if (!reading_->sample.takes(scanner_.line())) return true;
  const size_t width = reading_->layout.width;
  const size_t found = scanner_.field_count();
  if (scanner_.fault() != RecordFault::kNone) {
    reject_record();
  } else if ((found < width && !reading_->options.fill_missing_fields) ||
             (found > width && !reading_->options.drop_extra_fields)) {
    reject_width();
  } else if (const auto bad = write_row(
                 out, [&](size_t i, ColumnData& column) { return write_column(i, column); })) {
    reject_field(*bad);
  }
  return true;
}

Reject CsvReader::record_at_hand() const {
  return {.line = scanner_.line(), .raw = shown(scanner_.text())};
}

// Most blocks hold no character that could be wrong.
std::string CsvReader::shown(std::string_view record) const {
  return plain_ ? std::string(record) : repair_utf8(record);
}

const FieldText& CsvReader::field_at(size_t position) const {
  static const FieldText kMissing{"", "", false, false};
  return position < scanner_.fields().size() ? scanner_.fields()[position] : kMissing;
}

bool CsvReader::write_column(size_t index, ColumnData& out) {
  const LayoutColumn& placed = reading_->layout.columns[index];
  const FieldText& field = field_at(placed.field);
  if (!plain_ && field.begin != field.end && !check_characters(field)) return false;
  if (placed.latitude != LayoutColumn::kNone) {
    return writer(index).write_point(text_of(field, scratch_),
                                     text_of(field_at(placed.latitude), second_scratch_), out,
                                     fault());
  }
  const bool missing = placed.field >= scanner_.fields().size();
  return missing ? writer(index).write_null(out, fault())
                 : writer(index).write(text_of(field, scratch_), out, fault());
}

bool CsvReader::check_characters(const FieldText& field) {
  if (is_plain_ascii(field.begin, field.end)) return true;
  const std::string_view text(field.begin, static_cast<size_t>(field.end - field.begin));
  if (!is_utf8(text)) {
    fault().reason = RejectReason::kBadEncoding;
    fault().message = fmt::format("expected UTF-8, found '{}'", printable(text, 80));
    return false;
  }
  if (text.find('\0') == std::string_view::npos) return true;
  fault().reason = RejectReason::kBadValue;
  fault().message = fmt::format("found a NUL character in '{}'", printable(text, 80));
  return false;
}

std::string_view CsvReader::text_of(const FieldText& field, std::string& scratch) const {
  return field_text(field, reading_->options.dialect, scratch);
}

void CsvReader::reject_long_line(uint64_t line, std::string_view text) {
  const uint64_t limit = reading_->options.max_record;
  reject({.line = line,
          .reason = RejectReason::kTooLong,
          .message = fmt::format("the line is longer than max_record ({}); its beginning is kept",
                                 human_bytes(limit)),
          .raw = shown(beginning(text, kept_of_long_record(limit)))});
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
                                  column, human_bytes(reading_->options.max_record))
                    : "expected a delimiter or the line's end after a closing quote; quotes within "
                      "a text in quotes must be doubled",
          .raw = shown(record)});
}

void CsvReader::reject_width() {
  const size_t width = reading_->layout.width;
  const bool few = scanner_.field_count() < width;
  reject({.line = scanner_.line(),
          .reason = few ? RejectReason::kTooFewFields : RejectReason::kTooManyFields,
          .message = fmt::format("expected {} fields, found {}{}", width, scanner_.field_count(),
                                 few ? "" : "; extra_fields: drop takes such records"),
          .raw = shown(scanner_.text())});
}

void CsvReader::reject_field(size_t index) {
  const std::string_view record = scanner_.text();
  const LayoutColumn& placed = reading_->layout.columns[index];
  const size_t position = fault().in_latitude ? placed.latitude : placed.field;
  const bool present = position < scanner_.fields().size();
  reject({.line = scanner_.line(),
          .column = present ? column_in_line(record, field_at(position).first_byte()) : 0,
          .field = placed.declared.column.name,
          .reason = fault().reason,
          .message = std::move(fault().message),
          .raw = shown(record)});
  fault() = {};
}

}  // namespace rhumb
