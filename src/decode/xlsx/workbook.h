#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/zip/archive.h"

namespace rhumb {

/// How a number is shown, and so what it means.
enum class CellFormat : uint8_t { kNumber, kDate, kTime, kDateTime };

struct SheetEntry {
  std::string name;
  std::string member;  ///< of the archive
  bool hidden = false;
};

/// What all sheets of a workbook share.
struct Workbook {
  std::vector<SheetEntry> sheets;
  std::vector<std::string> texts;   ///< shared strings by number
  std::vector<CellFormat> formats;  ///< by cell style
  bool from_1904 = false;           ///< days are counted from 1904-01-01
};

/// kBadFile when the archive is no workbook or is damaged.
[[nodiscard]] Result<Workbook> read_workbook(ZipArchive& archive);

/// What a number format such as `yyyy-mm-dd` or `[$-409]h:mm AM/PM` shows.
[[nodiscard]] CellFormat cell_format(std::string_view code);

/// A day number as Excel counts it, as text: `2024-01-02`, `08:30:00`, `2024-01-02 08:30:00.5`;
/// rounded to milliseconds, which is what Excel holds. "" when it is no date Excel can show.
[[nodiscard]] std::string excel_time(double days, CellFormat format, bool from_1904);

}  // namespace rhumb
