#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/xlsx/workbook.h"
#include "decode/xml/xml_reader.h"

namespace rhumb {

struct SheetCell {
  enum class Kind : uint8_t { kEmpty, kNumber, kBoolean, kText, kDate, kTime, kDateTime, kError };
  Kind kind = Kind::kEmpty;
  std::string text;
};

struct SheetRow {
  uint64_t number = 0;  ///< as the spreadsheet shows it, from 1
  std::vector<SheetCell> cells;
  std::string fault;  ///< why it cannot be read, "" = it can
};

/// Collects the rows of one sheet from its elements. Rows without any value are left out. Cells far
/// to the right of what Excel has are a fault of their row.
class SheetReader final : public XmlHandler {
 public:
  using Take = std::function<void(SheetRow&&)>;
  SheetReader(const Workbook& book, Take take) : book_(book), take_(std::move(take)) {}

  void open(std::string_view name, const XmlAttributes& attributes) override;
  void text(std::string_view piece) override;
  void close(std::string_view name) override;

 private:
  void begin_row(const XmlAttributes& attributes);
  void begin_cell(const XmlAttributes& attributes);
  void end_cell();
  void put_number(SheetCell& cell);

  const Workbook& book_;
  Take take_;
  SheetRow row_;
  uint64_t last_row_ = 0;
  bool in_row_ = false;
  size_t column_ = 0;  // of the open cell
  size_t next_column_ = 0;
  std::string type_, value_;
  size_t style_ = 0;
  bool takes_text_ = false, has_value_ = false;
  int phonetic_ = 0;
};

}  // namespace rhumb
