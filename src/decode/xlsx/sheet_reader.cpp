#include "decode/xlsx/sheet_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/number_text.h"

namespace rhumb {
namespace {

constexpr size_t kMostColumns = 16'384;  // what Excel has, XFD

/// The column of a reference such as `AB12`, from 0; kMostColumns when it is none.
size_t column_of(std::string_view reference) {
  size_t column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<size_t>(c - 'A') + 1;
    if (column > kMostColumns) return kMostColumns;
  }
  return column == 0 ? kMostColumns : column - 1;
}

}  // namespace

void SheetReader::open(std::string_view name, const XmlAttributes& attributes) {
  takes_text_ = false;
  if (name == "row") return begin_row(attributes);
  if (!in_row_) return;
  if (name == "c") return begin_cell(attributes);
  if (name == "rPh") ++phonetic_;
  // <v> is a value, <is><t> a text in the cell itself; <f> is a formula.
  takes_text_ = name == "v" || (name == "t" && phonetic_ == 0);
  has_value_ = has_value_ || takes_text_;
}

void SheetReader::text(std::string_view piece) {
  if (takes_text_) value_ += piece;
}

void SheetReader::close(std::string_view name) {
  takes_text_ = false;
  if (name == "rPh") --phonetic_;
  if (name == "c" && in_row_) end_cell();
  if (name != "row" || !in_row_) return;
  in_row_ = false;
  const bool empty = std::all_of(row_.cells.begin(), row_.cells.end(), [](const SheetCell& cell) {
    return cell.kind == SheetCell::Kind::kEmpty;
  });
  if (!empty || !row_.fault.empty()) take_(std::move(row_));
}

void SheetReader::begin_row(const XmlAttributes& attributes) {
  row_ = {};
  int64_t number = 0;
  const bool given = parse_integer(xml_attribute(attributes, "r"), number) && number > 0;
  row_.number = given ? static_cast<uint64_t>(number) : last_row_ + 1;
  last_row_ = row_.number;
  next_column_ = 0;
  in_row_ = true;
}

void SheetReader::begin_cell(const XmlAttributes& attributes) {
  const std::string_view reference = xml_attribute(attributes, "r");
  column_ = reference.empty() ? next_column_ : column_of(reference);
  next_column_ = column_ + 1;
  type_ = xml_attribute(attributes, "t");
  int64_t style = 0;
  (void)parse_integer(xml_attribute(attributes, "s"), style);
  style_ = static_cast<size_t>(std::max<int64_t>(style, 0));
  value_.clear();
  has_value_ = false;
  phonetic_ = 0;
}

void SheetReader::end_cell() {
  if (!has_value_) return;
  if (column_ >= kMostColumns) {
    row_.fault = "a cell lies outside of the sheet";
    return;
  }
  if (row_.cells.size() <= column_) row_.cells.resize(column_ + 1);
  SheetCell& cell = row_.cells[column_];
  if (type_ == "s") {
    int64_t index = -1;
    const bool known = parse_integer(trim(value_), index) && index >= 0 &&
                       static_cast<size_t>(index) < book_.texts.size();
    if (!known) {
      row_.fault = fmt::format("a cell names the shared text {} of {}", printable(value_, 20),
                               book_.texts.size());
      return;
    }
    cell = {SheetCell::Kind::kText, book_.texts[static_cast<size_t>(index)]};
  } else if (type_ == "b") {
    cell = {SheetCell::Kind::kBoolean, trim(value_) == "1" ? "true" : "false"};
  } else if (type_ == "e") {
    cell = {SheetCell::Kind::kError, value_};
  } else if (type_ == "d") {
    cell = {SheetCell::Kind::kDateTime, value_};
  } else if (type_ == "str" || type_ == "inlineStr") {
    cell = {SheetCell::Kind::kText, value_};
  } else {
    put_number(cell);
  }
  if (cell.kind == SheetCell::Kind::kText && cell.text.empty()) cell = {};
}

void SheetReader::put_number(SheetCell& cell) {
  double number = 0;
  if (!parse_double(trim(value_), number)) {
    cell = {SheetCell::Kind::kText, value_};
    return;
  }
  const CellFormat format =
      style_ < book_.formats.size() ? book_.formats[style_] : CellFormat::kNumber;
  if (format != CellFormat::kNumber) {
    const std::string time = excel_time(number, format, book_.from_1904);
    if (!time.empty()) {
      const bool clock_only = time.find('-') == std::string::npos;
      cell = {clock_only          ? SheetCell::Kind::kTime
              : time.size() == 10 ? SheetCell::Kind::kDate
                                  : SheetCell::Kind::kDateTime,
              time};
      return;
    }
  }
  // The shortest text of the number: 1.1, not 1.1000000000000001 as it is stored.
  cell = {SheetCell::Kind::kNumber, fmt::format("{}", number)};
}

}  // namespace rhumb
