#include "decode/csv/opening.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/csv/dialect_guess.h"
#include "decode/value/column_writer.h"
#include "decode/value/type_guess.h"

namespace rhumb {
namespace {

using Step = RecordScanner::Step;

constexpr size_t kSample = size_t{1} << 20;      // text looked at when the columns are declared
constexpr size_t kTypeSample = size_t{8} << 20;  // and when their types must be found out
constexpr size_t kTypeRecords = 20'000;
constexpr size_t kMostColumns = 16'384;  // as spreadsheets; databases take fewer
constexpr uint64_t kTextPerNul = 100;    // one NUL in so many bytes is not text

class CsvOpening {
 public:
  CsvOpening(const CsvOptions& options, const DecodeRequest& request) : request_(request) {
    out_.options = options;
  }

  Result<OpenedCsv> run() {
    RHUMB_ASSIGN(out_.input, TextInput::open(request_.path, out_.options.encoding, "CSV"));
    if (!out_.input->note().empty()) out_.notes.push_back(out_.input->note());
    RHUMB_TRY(skip_lines());
    RHUMB_TRY(look_ahead(request_.columns.empty() ? kTypeSample : kSample));
    RHUMB_TRY(refuse_nuls());
    if (out_.options.guess_delimiter) {
      out_.options.dialect.delimiter =
          guess_delimiter(sample_, out_.options, expected_names(request_.columns));
    }
    RHUMB_TRY(read_first_record());
    RHUMB_TRY(lay_out());
    return std::move(out_);
  }

 private:
  [[nodiscard]] Error bad_file(std::string message, std::string hint, uint64_t line = 0) const {
    return {.code = Code::kBadFile,
            .message = std::move(message),
            .hint = std::move(hint),
            .place = {.file = request_.input, .line = static_cast<int>(line)}};
  }

  Status skip_lines() {
    for (uint64_t left = out_.options.skip; left > 0;) {
      RHUMB_ASSIGN(const std::string_view text, out_.input->peek(2));
      if (text.empty()) return {};
      const size_t end = text.find_first_of("\r\n");
      if (end == std::string_view::npos || (text[end] == '\r' && end + 1 == text.size())) {
        // Perhaps the CR is half of a line end: it is looked at again with what follows.
        const size_t passed = end == std::string_view::npos ? text.size() : end;
        out_.input->consume(passed > 0 ? passed : 1);
        if (passed == 0) ++out_.line, --left;
        continue;
      }
      out_.input->consume(end + (text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1));
      ++out_.line;
      --left;
    }
    return {};
  }

  Status look_ahead(size_t wanted) {
    RHUMB_ASSIGN(const std::string_view text, out_.input->peek(wanted));
    whole_ = text.size() < wanted;
    sample_.assign(text);
    return {};
  }

  Status refuse_nuls() const {
    const auto nuls = static_cast<uint64_t>(std::count(sample_.begin(), sample_.end(), '\0'));
    if (nuls * kTextPerNul > sample_.size()) {
      return bad_file(
          fmt::format("the file is not text: {} of its first {} bytes are NUL", nuls,
                      sample_.size()),
          "Is it CSV at all? For UTF-16 without a byte order mark set `encoding: utf-16`.");
    }
    return {};
  }

  [[nodiscard]] RecordScanner scan_from(const char* begin, uint64_t line) const {
    RecordScanner scanner(out_.options.dialect, out_.options.max_record, kMostColumns);
    scanner.reset(begin, sample_.end(), line, whole_);
    return scanner;
  }

  [[nodiscard]] std::vector<std::string> texts_of(const RecordScanner& record) const {
    std::vector<std::string> texts;
    std::string scratch;
    for (const FieldText& field : record.fields()) {
      texts.emplace_back(field_text(field, out_.options.dialect, scratch));
    }
    return texts;
  }

  // Without a header, a first record that cannot be read is a reject like any other.
  Step find_first(RecordScanner& scanner) {
    Step step = scanner.next();
    while (out_.options.header == HeaderOption::kFalse && step == Step::kRecord &&
           scanner.fault() != RecordFault::kNone) {
      step = scanner.next();
      seen_ = true;
    }
    return step;
  }

  Status read_first_record() {
    RecordScanner scanner = scan_from(sample_.begin(), out_.line);
    Step step = find_first(scanner);
    while (step == Step::kMore && !whole_ && sample_.size() <= out_.options.max_record) {
      RHUMB_TRY(look_ahead(2 * sample_.size()));
      scanner = scan_from(sample_.begin(), out_.line);
      step = find_first(scanner);
    }
    if (step == Step::kRecord && scanner.fault() == RecordFault::kNone) return keep_first(scanner);
    if (step != Step::kEnd) {
      return bad_file(
          "the first record cannot be read: a quote is not closed, or text follows it, "
          "or it is longer than max_record",
          "Check `quote:` and `skip:`, or set `header: false`.", scanner.line());
    }
    if (seen_) return bad_file("the file holds no record that can be read", "Check `quote:`.");
    return bad_file("the file is empty", "Leave it out with the source's `files:` pattern.");
  }

  Status keep_first(const RecordScanner& scanner) {
    if (scanner.field_count() > kMostColumns) {
      return bad_file(fmt::format("the file has {} columns, more than {}",
                                  human_count(scanner.field_count()), human_count(kMostColumns)),
                      "Check `delimiter:`.", scanner.line());
    }
    first_ = texts_of(scanner);
    first_text_ = scanner.text();
    first_line_ = scanner.line();
    after_first_ = scanner.position();
    line_after_first_ = scanner.next_line();
    return {};
  }

  Status lay_out() {
    const bool header = has_header();
    if (header) {
      out_.input->consume(static_cast<size_t>(after_first_ - sample_.begin()));
      out_.line = line_after_first_;
    }
    const std::vector<std::string> names =
        header ? clean_names(first_) : numbered_names(first_.size());
    RHUMB_TRY(lay_out(header, names));
    write_preamble(header, names);
    return {};
  }

  Status lay_out(bool header, const std::vector<std::string>& names) {
    if (request_.columns.empty()) {
      out_.layout = take_columns(names, guess_types(header));
      return {};
    }
    if (!header && !names_any(names)) {
      out_.layout = place_columns(request_.columns);
      return {};
    }
    auto matched = match_columns(request_.columns, names);
    if (!matched.ok()) {
      Error error = std::move(matched).error();
      error.place = {.file = request_.input, .line = static_cast<int>(first_line_)};
      return error;
    }
    out_.layout = std::move(matched).value();
    return {};
  }

  // Lines to be skipped, then a header wherever the options allow one: with them rejected records
  // are read as they were here, and a file that had no header cannot be taken to have one.
  void write_preamble(bool header, const std::vector<std::string>& names) {
    const EncodingOption encoding = out_.options.encoding;
    if (encoding != EncodingOption::kAuto && encoding != EncodingOption::kUtf8) {
      out_.preamble = "\xEF\xBB\xBF";
    }
    out_.preamble.append(out_.options.skip, '\n');
    if (out_.options.header == HeaderOption::kFalse) return;
    if (header) {
      out_.preamble += repair_utf8(first_text_);
    } else {
      const bool placed = !request_.columns.empty() && !names_any(names);
      const std::string delimiter(1, out_.options.dialect.delimiter);
      out_.preamble += join(placed ? placed_names() : names, delimiter);
    }
    out_.preamble += '\n';
  }

  // The first name of each column, in the order of place_columns().
  [[nodiscard]] std::vector<std::string> placed_names() const {
    std::vector<std::string> out;
    for (const DeclaredColumn& column : request_.columns) {
      if (!column.lon.empty()) {
        out.push_back(column.lon);
        out.push_back(column.lat);
      } else {
        out.push_back(column.from.empty() ? column.column.name : column.from.front());
      }
    }
    return out;
  }

  [[nodiscard]] bool names_any(const std::vector<std::string>& names) const {
    const std::vector<std::string> expected = expected_names(request_.columns);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::any_of(expected.begin(), expected.end(), [&](const std::string& wanted) {
        return equals_ignoring_case(name, trim(wanted));
      });
    });
  }

  [[nodiscard]] bool has_header() const {
    if (out_.options.header != HeaderOption::kAuto) {
      return out_.options.header == HeaderOption::kTrue;
    }
    if (!request_.columns.empty()) return names_any(clean_names(first_)) || !first_is_data();
    const bool some = std::any_of(first_.begin(), first_.end(),
                                  [](const std::string& text) { return !trim(text).empty(); });
    return some && std::none_of(first_.begin(), first_.end(), looks_like_value);
  }

  // The first record fits the declared columns in their order, and not only as text.
  [[nodiscard]] bool first_is_data() const {
    const ColumnLayout layout = place_columns(request_.columns);
    if (layout.width != first_.size()) return false;
    const auto zone = TimeZone::find(request_.timezone);
    if (!zone.ok()) return false;
    bool typed = false;
    for (const LayoutColumn& placed : layout.columns) {
      auto writer = ColumnWriter::make(placed.declared, out_.options.nulls, *zone, false);
      if (!writer.ok()) return false;
      ColumnData ignored(placed.declared.column.type.id);
      ValueFault fault;
      const bool fits =
          placed.latitude == LayoutColumn::kNone
              ? writer->write(first_[placed.field], ignored, fault)
              : writer->write_point(first_[placed.field], first_[placed.latitude], ignored, fault);
      if (!fits) return false;
      typed |= placed.declared.column.type.id != TypeId::kText && !ignored.is_null(0);
    }
    return typed;
  }

  // The sample is taken to be all: an open quote must not keep the types of what follows it from
  // being found. Only its last record may then be half a one, and says nothing.
  [[nodiscard]] std::vector<Type> guess_types(bool header) const {
    std::vector<TypeGuess> guesses(first_.size());
    RecordScanner scanner(out_.options.dialect, out_.options.max_record, guesses.size());
    scanner.reset(header ? after_first_ : sample_.begin(), sample_.end(), 1, true);
    std::string scratch;
    for (size_t n = 0; n < kTypeRecords && scanner.next() == Step::kRecord; ++n) {
      if (scanner.fault() != RecordFault::kNone) continue;
      if (!whole_ && scanner.position() == sample_.end()) break;
      for (size_t i = 0; i < std::min(guesses.size(), scanner.fields().size()); ++i) {
        const std::string_view text =
            field_text(scanner.fields()[i], out_.options.dialect, scratch);
        if (!means_null(text)) guesses[i].add(text);
      }
    }
    std::vector<Type> types;
    for (const TypeGuess& guess : guesses) types.push_back(guess.type());
    return types;
  }

  [[nodiscard]] bool means_null(std::string_view text) const {
    const auto& nulls = out_.options.nulls;
    return std::find(nulls.begin(), nulls.end(), text) != nulls.end();
  }

  const DecodeRequest& request_;
  OpenedCsv out_;
  TextBuffer sample_;
  bool whole_ = false;
  bool seen_ = false;  // a record that could not be read
  std::vector<std::string> first_;
  std::string first_text_;
  uint64_t first_line_ = 1;
  const char* after_first_ = nullptr;
  uint64_t line_after_first_ = 1;
};

}  // namespace

Result<OpenedCsv> open_csv(const CsvOptions& options, const DecodeRequest& request) {
  return CsvOpening(options, request).run();
}

}  // namespace rhumb
