#include "decode/value/column_writer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/geometry_text.h"
#include "decode/value/json_text.h"
#include "decode/value/number_text.h"

namespace rhumb {
namespace {

constexpr Micros kDay = 86'400'000'000;
constexpr size_t kShown = 80;  // bytes of a bad value in a message

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool keeps_spaces(TypeId type) {
  return type == TypeId::kText || type == TypeId::kBytes;
}

}  // namespace

Result<ColumnWriter> ColumnWriter::make(const DeclaredColumn& column,
                                        std::vector<std::string> nulls, const TimeZone& zone,
                                        bool exact) {
  ColumnWriter writer(column, std::move(nulls), zone, exact);
  if (column.column.type.id == TypeId::kGeometry) {
    RHUMB_ASSIGN(writer.intake_, GeometryIntake::make(column));
  }
  if (!column.time_format.empty()) {
    RHUMB_ASSIGN(writer.format_, TimeFormat::compile(column.time_format));
  }
  return writer;
}

ColumnWriter::ColumnWriter(DeclaredColumn column, std::vector<std::string> nulls,
                           const TimeZone& zone, bool exact)
    : column_(std::move(column)),
      type_(column_.column.type.id),
      other_nulls_(std::move(nulls)),
      zone_(zone),
      exact_(exact) {
  empty_is_null_ = std::erase(other_nulls_, "") > 0;
}

bool ColumnWriter::means_null(std::string_view text) const {
  if (text.empty()) return empty_is_null_;
  return std::find(other_nulls_.begin(), other_nulls_.end(), text) != other_nulls_.end();
}

bool ColumnWriter::write_null(ColumnData& out, ValueFault& fault) const {
  if (!column_.column.nullable) {
    fault.reason = RejectReason::kMissingValue;
    fault.message =
        fmt::format("expected {}, found no value; the column is not nullable", expectation());
    return false;
  }
  out.append_null();
  return true;
}

bool ColumnWriter::write(std::string_view text, ColumnData& out, ValueFault& fault) {
  if (!text.empty() && !keeps_spaces(type_) && (is_blank(text.front()) || is_blank(text.back()))) {
    text = trim(text);
  }
  if (means_null(text)) return write_null(out, fault);
  return write_value(text, out, fault);
}

bool ColumnWriter::write_value(std::string_view text, ColumnData& out, ValueFault& fault) {
  switch (type_) {
    case TypeId::kBoolean:
      return write_boolean(text, out, fault);
    case TypeId::kInteger:
      return write_integer(text, out, fault);
    case TypeId::kDouble:
      return write_double(text, out, fault);
    case TypeId::kDecimal:
      return write_decimal(text, out, fault);
    case TypeId::kText:
      out.append_bytes(text);
      return true;
    case TypeId::kBytes:
      return write_bytes(text, out, fault);
    case TypeId::kDate:
      return write_date(text, out, fault);
    case TypeId::kTime:
      return write_clock(text, out, fault);
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return write_timestamp(text, out, fault);
    case TypeId::kUuid:
      return write_uuid(text, out, fault);
    case TypeId::kJson:
      return write_json(text, out, fault);
    case TypeId::kGeometry:
      return write_geometry(text, out, fault);
  }
  return false;
}

bool ColumnWriter::write_boolean(std::string_view text, ColumnData& out, ValueFault& fault) const {
  bool value = false;
  if (!parse_boolean(text, value)) return refuse(RejectReason::kBadBoolean, text, fault);
  out.append(static_cast<uint8_t>(value ? 1 : 0));
  return true;
}

bool ColumnWriter::write_integer(std::string_view text, ColumnData& out, ValueFault& fault) const {
  int64_t value = 0;
  if (!parse_integer(text, value) || (exact_ && !is_canonical_integer(text))) {
    return refuse(RejectReason::kBadNumber, text, fault);
  }
  if (!in_range(static_cast<double>(value), text, fault)) return false;
  out.append(value);
  return true;
}

bool ColumnWriter::write_double(std::string_view text, ColumnData& out, ValueFault& fault) const {
  double value = 0;
  if (!parse_double(text, value) || (exact_ && !is_plain_number(text))) {
    return refuse(RejectReason::kBadNumber, text, fault);
  }
  if (!in_range(value, text, fault)) return false;
  out.append(value);
  return true;
}

bool ColumnWriter::write_decimal(std::string_view text, ColumnData& out, ValueFault& fault) const {
  const Type& type = column_.column.type;
  Int128 value = 0;
  if (!parse_decimal(text, type.precision, type.scale, value)) {
    return refuse(RejectReason::kBadNumber, text, fault);
  }
  if (!in_range(static_cast<double>(value) * std::pow(10.0, -type.scale), text, fault)) {
    return false;
  }
  out.append(value);
  return true;
}

bool ColumnWriter::in_range(double value, std::string_view text, ValueFault& fault) const {
  if ((!column_.min || value >= *column_.min) && (!column_.max || value <= *column_.max)) {
    return true;
  }
  const std::string low = column_.min ? fmt::format(" from {}", *column_.min) : "";
  const std::string high = column_.max ? fmt::format(" up to {}", *column_.max) : "";
  fault.reason = RejectReason::kOutOfRange;
  fault.message =
      fmt::format("expected a number{}{}, found '{}'", low, high, printable(text, kShown));
  return false;
}

bool ColumnWriter::parse_moment(std::string_view text, ParsedTime& out) const {
  return format_ ? format_->parse(text, out) : parse_timestamp(text, out);
}

bool ColumnWriter::write_date(std::string_view text, ColumnData& out, ValueFault& fault) const {
  int32_t days = 0;
  bool parsed = false;
  if (format_) {
    ParsedTime moment;
    parsed = format_->parse(text, moment);
    if (parsed)
      days = static_cast<int32_t>((moment.local - (moment.local % kDay + kDay) % kDay) / kDay);
  } else {
    parsed = parse_date(text, days);
  }
  if (!parsed) return refuse(RejectReason::kBadDate, text, fault);
  out.append(days);
  return true;
}

bool ColumnWriter::write_clock(std::string_view text, ColumnData& out, ValueFault& fault) const {
  Micros value = 0;
  ParsedTime moment;
  const bool parsed = format_ ? format_->parse(text, moment) : parse_clock(text, value);
  if (!parsed) return refuse(RejectReason::kBadDate, text, fault);
  if (format_) value = (moment.local % kDay + kDay) % kDay;
  out.append(value);
  return true;
}

// A wall clock and an instant are different things: an offset is never dropped, and never guessed
// for a column that asks for none.
bool ColumnWriter::write_timestamp(std::string_view text, ColumnData& out, ValueFault& fault) {
  ParsedTime moment;
  if (!parse_moment(text, moment)) return refuse(RejectReason::kBadDate, text, fault);
  if (type_ == TypeId::kTimestampTz) {
    out.append(moment.has_offset ? moment.local - moment.offset : zone_.to_utc(moment.local));
    return true;
  }
  if (moment.has_offset) {
    fault.reason = RejectReason::kBadDate;
    fault.message = fmt::format(
        "expected a timestamp without an offset, found '{}'; declare the column as timestamptz",
        printable(text, kShown));
    return false;
  }
  out.append(moment.local);
  return true;
}

bool ColumnWriter::write_bytes(std::string_view text, ColumnData& out, ValueFault& fault) const {
  if (text.substr(0, 2) != "\\x") {
    out.append_bytes(text);
    return true;
  }
  std::string bytes;
  if (!parse_hex(text.substr(2), bytes)) return refuse(RejectReason::kBadValue, text, fault);
  out.append_bytes(bytes);
  return true;
}

bool ColumnWriter::write_uuid(std::string_view text, ColumnData& out, ValueFault& fault) const {
  if (text.size() > 1 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
  }
  std::string digits(text), bytes;
  if (text.size() == 36) {
    for (const size_t dash : {23U, 18U, 13U, 8U}) {
      if (text[dash] == '-') digits.erase(dash, 1);
    }
  }
  if (digits.size() != 32 || !parse_hex(digits, bytes)) {
    return refuse(RejectReason::kBadValue, text, fault);
  }
  std::array<char, 16> value{};
  std::copy(bytes.begin(), bytes.end(), value.begin());
  out.append(value);
  return true;
}

bool ColumnWriter::write_json(std::string_view text, ColumnData& out, ValueFault& fault) const {
  if (!is_json(text)) return refuse(RejectReason::kBadValue, text, fault);
  out.append_bytes(text);
  return true;
}

bool ColumnWriter::refuse(RejectReason reason, std::string_view text, ValueFault& fault) const {
  fault.reason = reason;
  fault.message = fmt::format("expected {}, found '{}'", expectation(), printable(text, kShown));
  return false;
}

std::string ColumnWriter::expectation() const {
  if (format_)
    return fmt::format("a {} in the format '{}'", type_name(column_.column.type),
                       column_.time_format);
  switch (type_) {
    case TypeId::kBoolean:
      return "true or false";
    case TypeId::kInteger:
      return exact_ ? "a whole number as the values before" : "a whole number";
    case TypeId::kDouble:
      return "a number such as 12.5";
    case TypeId::kDecimal:
      return fmt::format("a number of {}", type_name(column_.column.type));
    case TypeId::kText:
      return "text";
    case TypeId::kBytes:
      return "bytes as \\x and hex digits";
    case TypeId::kDate:
      return "a date such as 2024-01-02";
    case TypeId::kTime:
      return "a time such as 08:30";
    case TypeId::kTimestamp:
      return "a timestamp such as 2024-01-02 08:30";
    case TypeId::kTimestampTz:
      return "a timestamp such as 2024-01-02 08:30 or 2024-01-02T08:30:00Z";
    case TypeId::kUuid:
      return "a UUID of 32 hex digits";
    case TypeId::kJson:
      return "a JSON value";
    case TypeId::kGeometry:
      return fmt::format("a {} as WKT, hex WKB or GeoJSON", type_name(column_.column.type));
  }
  return "a value";
}

}  // namespace rhumb
