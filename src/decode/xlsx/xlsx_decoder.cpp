#include "decode/xlsx/xlsx_decoder.h"

#include <algorithm>
#include <deque>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/record/record_input.h"
#include "decode/value/number_text.h"
#include "decode/xlsx/sheet_reader.h"
#include "decode/xlsx/workbook.h"

namespace rhumb {
namespace {

constexpr size_t kSampleRows = 1000;
constexpr size_t kPiece = size_t{64} << 10;

using Kind = SheetCell::Kind;

struct XlsxOptions {
  std::string sheet;
  bool header = true;
  uint64_t skip = 0;
  std::vector<std::string> nulls;
};

/// Watches the cells of one column.
std::vector<std::string> visible_sheets(const Workbook& book) {
  std::vector<std::string> out;
  for (const SheetEntry& each : book.sheets) {
    if (!each.hidden) out.push_back(each.name);
  }
  return out;
}

class CellGuess {
 public:
  void add(const SheetCell& cell) {
    if (cell.kind == Kind::kEmpty || cell.kind == Kind::kError) return;
    seen_ = true;
    const bool whole = cell.kind == Kind::kNumber && is_canonical_integer(cell.text);
    integer_ = integer_ && whole;
    number_ = number_ && cell.kind == Kind::kNumber;
    boolean_ = boolean_ && cell.kind == Kind::kBoolean;
    date_ = date_ && cell.kind == Kind::kDate;
    time_ = time_ && cell.kind == Kind::kTime;
    moment_ = moment_ && (cell.kind == Kind::kDate || cell.kind == Kind::kDateTime);
  }
  [[nodiscard]] Type type() const {
    const auto plain = [](TypeId id) { return Type{.id = id}; };
    if (!seen_) return plain(TypeId::kText);
    if (integer_) return plain(TypeId::kInteger);
    if (number_) return plain(TypeId::kDouble);
    if (boolean_) return plain(TypeId::kBoolean);
    if (date_) return plain(TypeId::kDate);
    if (time_) return plain(TypeId::kTime);
    return plain(moment_ ? TypeId::kTimestamp : TypeId::kText);
  }

 private:
  bool seen_ = false;
  bool integer_ = true, number_ = true, boolean_ = true;
  bool date_ = true, time_ = true, moment_ = true;
};

class XlsxInput final : public RecordInput {
 public:
  XlsxInput(std::unique_ptr<ZipArchive> archive, Workbook book, XlsxOptions options)
      : archive_(std::move(archive)),
        book_(std::move(book)),
        options_(std::move(options)),
        sheet_(book_, [this](SheetRow&& row) { take_row(std::move(row)); }),
        xml_(sheet_) {}

  Status open() {
    RHUMB_ASSIGN(const SheetEntry* entry, choose_sheet());
    const size_t member = archive_->find(entry->member);
    if (member == archive_->members().size()) {
      return Error{
          Code::kBadFile,
          fmt::format("the content of the sheet '{}' is missing", printable(entry->name, 60)),
          "get the file again",
          {}};
    }
    total_ = archive_->members()[member].size;
    RHUMB_ASSIGN(content_, archive_->content(member));
    while (waiting_.size() <= kSampleRows) {
      RHUMB_ASSIGN(const bool more, step());
      if (!more) break;
    }
    return name_fields(*entry);
  }

  [[nodiscard]] const std::vector<RecordField>& fields() const override { return fields_; }
  [[nodiscard]] std::string crs() const override { return ""; }
  [[nodiscard]] uint64_t consumed() const override { return consumed_; }
  [[nodiscard]] uint64_t total() const override { return total_; }
  [[nodiscard]] std::vector<std::string> notes() const override { return notes_; }

  Result<bool> next(Record& out) override {
    while (waiting_.empty()) {
      RHUMB_ASSIGN(const bool more, step());
      if (!more) return false;
    }
    const SheetRow row = std::move(waiting_.front());
    waiting_.pop_front();
    out.reset(fields_.size());
    out.number = row.number;
    for (size_t i = 0; i < std::min(row.cells.size(), fields_.size()); ++i)
      take_cell(row.cells[i], out.values[i]);
    if (!row.fault.empty()) {
      out.refuse(RejectReason::kBadValue, row.fault);
    } else if (width_of(row) > fields_.size()) {
      for (size_t i = fields_.size(); i < row.cells.size(); ++i)
        out.undecoded += row.cells[i].text + "\t";
      out.refuse(RejectReason::kTooManyFields,
                 fmt::format("expected {} columns, found {}", fields_.size(), width_of(row)));
    }
    return true;
  }

 private:
  static size_t width_of(const SheetRow& row) {
    size_t width = row.cells.size();
    while (width > 0 && row.cells[width - 1].kind == Kind::kEmpty) --width;
    return width;
  }

  Result<const SheetEntry*> choose_sheet() {
    const std::vector<std::string> visible = visible_sheets(book_);
    std::vector<std::string> others;
    const std::string wanted =
        options_.sheet.empty() && !visible.empty() ? visible.front() : options_.sheet;
    const auto found = std::find_if(
        book_.sheets.begin(), book_.sheets.end(),
        [&](const SheetEntry& each) { return equals_ignoring_case(each.name, wanted); });
    if (found == book_.sheets.end()) {
      std::vector<std::string> names;
      for (const SheetEntry& each : book_.sheets) names.push_back(each.name);
      return Error{Code::kBadFile,
                   fmt::format("the workbook has no sheet '{}'; it has: {}", printable(wanted, 60),
                               printable(join(names, ", "), 300)),
                   "correct `sheet:`",
                   {}};
    }
    for (const std::string& name : visible) {
      if (name != found->name) others.push_back(name);
    }
    if (options_.sheet.empty() && !others.empty()) {
      notes_.push_back(fmt::format("the first sheet, '{}', was read; not read: {}",
                                   printable(found->name, 60), printable(join(others, ", "), 300)));
    }
    return &*found;
  }

  Result<bool> step() {
    if (ended_) return false;
    piece_.resize(kPiece);
    RHUMB_ASSIGN(const size_t got, content_->read(piece_.data(), piece_.size()));
    consumed_ += got;
    ended_ = got == 0;
    RHUMB_TRY(xml_.feed(std::string_view(piece_).substr(0, got), ended_));
    return true;
  }

  void take_row(SheetRow&& row) {
    if (row.number > options_.skip) waiting_.push_back(std::move(row));
  }

  Status name_fields(const SheetEntry& entry) {
    if (waiting_.empty()) {
      return Error{Code::kBadFile,
                   fmt::format("the sheet '{}' is empty", printable(entry.name, 60)),
                   "name another with `sheet:`, or correct `skip:`",
                   {}};
    }
    std::vector<std::string> names;
    if (options_.header) {
      const SheetRow header = std::move(waiting_.front());
      waiting_.pop_front();
      for (size_t i = 0; i < width_of(header); ++i) names.emplace_back(trim(header.cells[i].text));
    }
    std::vector<CellGuess> guesses(names.size());
    for (const SheetRow& row : waiting_) {
      if (width_of(row) > guesses.size()) guesses.resize(width_of(row));
      for (size_t i = 0; i < width_of(row); ++i) {
        if (!means_null(row.cells[i])) guesses[i].add(row.cells[i]);
      }
    }
    for (size_t i = 0; i < guesses.size(); ++i) {
      const bool named = i < names.size() && !names[i].empty();
      fields_.push_back({.name = named ? names[i] : fmt::format("column{}", i),
                         .type = guesses[i].type(),
                         .exact = true});
    }
    return {};
  }

  [[nodiscard]] bool means_null(const SheetCell& cell) const {
    return std::find(options_.nulls.begin(), options_.nulls.end(), cell.text) !=
           options_.nulls.end();
  }

  void take_cell(const SheetCell& cell, FieldValue& out) const {
    if (cell.kind != Kind::kEmpty && !means_null(cell)) out.set_text(cell.text);
  }

  std::unique_ptr<ZipArchive> archive_;
  Workbook book_;
  XlsxOptions options_;
  SheetReader sheet_;
  XmlReader xml_;
  std::unique_ptr<ZipContent> content_;
  std::vector<RecordField> fields_;
  std::vector<std::string> notes_;
  std::deque<SheetRow> waiting_;
  std::string piece_;
  uint64_t consumed_ = 0, total_ = 0;
  bool ended_ = false;
};

Status check_signature(const DecodeRequest& request) {
  std::ifstream file(request.path, std::ios::binary);
  std::string head(8, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (head.starts_with("PK\3\4")) return {};
  const bool old = head.starts_with("\xD0\xCF\x11\xE0");
  return Error{Code::kBadFile,
               old ? fmt::format("{} is an Excel file of before 2007, or encrypted", request.input)
                   : fmt::format("{} is no Excel workbook", request.input),
               old ? "save it as .xlsx without a password" : "name its format under `decode:`",
               {}};
}

class XlsxDecoder final : public RecordDecoder {
 public:
  explicit XlsxDecoder(XlsxOptions options) : options_(std::move(options)) {}

 protected:
  Result<std::unique_ptr<RecordInput>> open_input(const DecodeRequest& request) const override {
    RHUMB_TRY(check_signature(request));
    RHUMB_ASSIGN(auto archive, ZipArchive::open(request.path));
    RHUMB_ASSIGN(Workbook book, read_workbook(*archive));
    auto input = std::make_unique<XlsxInput>(std::move(archive), std::move(book), options_);
    RHUMB_TRY(input->open());
    return std::unique_ptr<RecordInput>(std::move(input));
  }

 private:
  XlsxOptions options_;
};

Declaration make_declaration() {
  return {
      .name = "xlsx",
      .summary = "Excel workbooks (.xlsx)",
      .doc =
          "Reads one sheet. Dates are known by their cell formats; formulas count as the values "
          "they had when the file was saved; of merged cells the first has the value. A cell that "
          "shows an error is its text, `#DIV/0!`, unless `nulls` holds it. A record's line is the "
          "number of its row.",
      .fields = {{.name = "sheet",
                  .doc = "Name of the sheet; the first visible one unless given.",
                  .example = "Trips"},
                 {.name = "header",
                  .type = FieldType::kBoolean,
                  .doc = "The first row that is read holds the names of the columns.",
                  .default_value = "true",
                  .example = "false"},
                 {.name = "skip",
                  .type = FieldType::kInteger,
                  .doc = "How many rows at the top are not read: titles, notes.",
                  .default_value = "0",
                  .example = "3"},
                 {.name = "nulls",
                  .type = FieldType::kListOrOne,
                  .doc = "Texts that mean that there is no value.",
                  .default_value = "[\"\", \"#N/A\"]",
                  .example = "[\"\", \"n/a\"]",
                  .item = std::make_shared<const Field>(
                      Field{.name = "text", .doc = "A text.", .example = "n/a"})}},
      .example = "xlsx: { sheet: Trips }"};
}

}  // namespace

const Declaration& xlsx_declaration() {
  static const Declaration declaration = make_declaration();
  return declaration;
}

Result<std::vector<std::string>> xlsx_sheets(const std::filesystem::path& path) {
  RHUMB_ASSIGN(auto archive, ZipArchive::open(path));
  RHUMB_ASSIGN(const Workbook book, read_workbook(*archive));
  return visible_sheets(book);
}

std::unique_ptr<Decoder> make_xlsx_decoder(const Config& config) {
  XlsxOptions options{
      .sheet = config["sheet"].as_text(),
      .header = config["header"].as_bool(true),
      .skip = static_cast<uint64_t>(std::max<int64_t>(0, config["skip"].as_integer(0))),
      .nulls = {"", "#N/A"}};
  if (config.has("nulls")) options.nulls = config["nulls"].as_texts();
  return std::make_unique<XlsxDecoder>(std::move(options));
}

}  // namespace rhumb
