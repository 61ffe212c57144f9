#include "decode/xlsx/workbook.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "decode/value/number_text.h"
#include "decode/xml/xml_reader.h"

namespace rhumb {
namespace {

constexpr uint64_t kLongestPart = uint64_t{1} << 30;
constexpr double kLastDay = 2'958'465.999999;  // 9999-12-31
constexpr int64_t kMillisecondsPerDay = 86'400'000;

Error no_workbook(std::string_view what) {
  return Error{Code::kBadFile,
               fmt::format("it is no Excel workbook: {}", what),
               "save it as .xlsx (or as CSV) with a spreadsheet program",
               {}};
}

Status read_part(ZipArchive& archive, const std::string& name, bool needed, XmlHandler& handler) {
  const size_t member = archive.find(name);
  if (member == archive.members().size()) {
    if (needed) return no_workbook(fmt::format("{} is missing", name));
    return {};
  }
  RHUMB_ASSIGN(const std::string text, archive.read(member, kLongestPart));
  Status read = XmlReader(handler).feed(text, true);
  if (!read.ok()) read.error().message = fmt::format("{}: {}", name, read.error().message);
  return read;
}

class SheetList final : public XmlHandler {
 public:
  void open(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") {
      const std::string_view value = xml_attribute(attributes, "date1904");
      from_1904 = value == "1" || value == "true";
    }
    if (name != "sheet") return;
    const std::string_view state = xml_attribute(attributes, "state");
    sheets.push_back({std::string(xml_attribute(attributes, "name")), "",
                      state == "hidden" || state == "veryHidden"});
    // `r:id` names the part, `sheetId` is a number; both end in Id.
    ids.emplace_back(xml_attribute(attributes, "id"));
  }
  void text(std::string_view) override {}
  void close(std::string_view) override {}

  std::vector<SheetEntry> sheets;
  std::vector<std::string> ids;
  bool from_1904 = false;
};

class Relations final : public XmlHandler {
 public:
  void open(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship") return;
    targets[std::string(xml_attribute(attributes, "Id"))] = xml_attribute(attributes, "Target");
  }
  void text(std::string_view) override {}
  void close(std::string_view) override {}
  std::map<std::string, std::string> targets;
};

/// Texts of runs are joined; phonetic readings beside them are no text.
class SharedTexts final : public XmlHandler {
 public:
  void open(std::string_view name, const XmlAttributes&) override {
    if (name == "si") texts.emplace_back();
    if (name == "rPh") ++phonetic_;
    in_text_ = name == "t" && phonetic_ == 0;
  }
  void text(std::string_view piece) override {
    if (in_text_ && !texts.empty()) texts.back() += piece;
  }
  void close(std::string_view name) override {
    if (name == "rPh") --phonetic_;
    in_text_ = false;
  }
  std::vector<std::string> texts;

 private:
  bool in_text_ = false;
  int phonetic_ = 0;
};

/// Formats that Excel has built in; the rest are numbers.
CellFormat built_in_format(int64_t id) {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 58))
    return CellFormat::kDate;
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 36) || id == 45 || id == 47)
    return CellFormat::kTime;
  return id == 22 ? CellFormat::kDateTime : CellFormat::kNumber;
}

class Styles final : public XmlHandler {
 public:
  void open(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "cellXfs") inside_ = true;
    int64_t id = 0;
    (void)parse_integer(xml_attribute(attributes, "numFmtId"), id);
    if (name == "numFmt") codes_[id] = cell_format(xml_attribute(attributes, "formatCode"));
    if (name != "xf" || !inside_) return;
    const auto own = codes_.find(id);
    formats.push_back(own != codes_.end() ? own->second : built_in_format(id));
  }
  void text(std::string_view) override {}
  void close(std::string_view name) override {
    if (name == "cellXfs") inside_ = false;
  }
  std::vector<CellFormat> formats;

 private:
  bool inside_ = false;
  std::map<int64_t, CellFormat> codes_;
};

std::string member_of(const std::string& target) {
  return target.starts_with('/') ? target.substr(1) : "xl/" + target;
}

}  // namespace

CellFormat cell_format(std::string_view code) {
  bool date = false, time = false, minutes = false;
  // Only the first section counts, without literals, colours and conditions.
  for (size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    switch (code[i]) {
      case '"':
        i = std::min(code.find('"', i + 1), code.size());
        break;
      case '\\':
      case '_':
      case '*':
        ++i;
        break;
      case '[': {
        // Elapsed hours are a length of time: a number.
        const size_t end = std::min(code.find(']', i), code.size());
        const std::string inside = to_lower(code.substr(i + 1, end - i - 1));
        if (!inside.empty() && inside.find_first_not_of("hms") == std::string::npos)
          return CellFormat::kNumber;
        i = end;
        break;
      }
      case 'y':
      case 'Y':
      case 'd':
      case 'D':
        date = true;
        break;
      case 'h':
      case 'H':
      case 's':
      case 'S':
        time = true;
        break;
      case 'm':
      case 'M':
        minutes = true;
        break;
      case 'E':
      case 'e':
      case 'G':
      case 'g':
        if (code.substr(i, 7) == "General") return CellFormat::kNumber;
        break;
      default:
        break;
    }
  }
  if (minutes && !time) date = true;  // months
  if (date && time) return CellFormat::kDateTime;
  return date ? CellFormat::kDate : time ? CellFormat::kTime : CellFormat::kNumber;
}

std::string excel_time(double days, CellFormat format, bool from_1904) {
  if (!(days >= 0) || days > kLastDay) return "";
  const auto milliseconds = static_cast<int64_t>(std::llround(days * kMillisecondsPerDay));
  int64_t day = milliseconds / kMillisecondsPerDay;
  const int64_t of_day = milliseconds % kMillisecondsPerDay;
  std::string clock = fmt::format("{:02}:{:02}:{:02}", of_day / 3'600'000, of_day / 60'000 % 60,
                                  of_day / 1000 % 60);
  if (of_day % 1000 != 0) clock += fmt::format(".{:03}", of_day % 1000);
  if (format == CellFormat::kTime && day == 0) return clock;
  // Day 60 is a 29 February 1900 that never was; days before it are one off. Day 0 is no date.
  if (!from_1904 && (day == 60 || day == 0)) return "";
  const int32_t origin =
      from_1904 ? days_from_civil(1904, 1, 1) : days_from_civil(1899, 12, day < 60 ? 31 : 30);
  const std::string date = format_utc((origin + day) * Micros{86'400'000'000}).substr(0, 10);
  return of_day == 0 && format == CellFormat::kDate ? date : date + " " + clock;
}

Result<Workbook> read_workbook(ZipArchive& archive) {
  SheetList list;
  RHUMB_TRY(read_part(archive, "xl/workbook.xml", true, list));
  Relations relations;
  RHUMB_TRY(read_part(archive, "xl/_rels/workbook.xml.rels", true, relations));
  SharedTexts texts;
  RHUMB_TRY(read_part(archive, "xl/sharedStrings.xml", false, texts));
  Styles styles;
  RHUMB_TRY(read_part(archive, "xl/styles.xml", false, styles));
  Workbook book{.sheets = std::move(list.sheets),
                .texts = std::move(texts.texts),
                .formats = std::move(styles.formats),
                .from_1904 = list.from_1904};
  for (size_t i = 0; i < book.sheets.size(); ++i) {
    const auto target = relations.targets.find(list.ids[i]);
    if (target != relations.targets.end()) book.sheets[i].member = member_of(target->second);
  }
  if (book.sheets.empty()) return no_workbook("it has no sheets");
  return book;
}

}  // namespace rhumb
