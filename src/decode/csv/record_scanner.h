#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/csv/options.h"
#include "decode/text/structural_scan.h"

namespace rhumb {

/// One field in the text; what stands between its quotes if it has any.
struct FieldText {
  const char* begin = nullptr;
  const char* end = nullptr;
  bool quoted = false;
  bool escaped = false;  ///< holds doubled or escaped quotes

  [[nodiscard]] const char* first_byte() const { return quoted ? begin - 1 : begin; }
};

/// The field's text; `scratch` is used when quotes must be taken out, and must then outlive it.
[[nodiscard]] std::string_view field_text(const FieldText& field, const CsvDialect& dialect,
                                          std::string& scratch);

enum class RecordFault : uint8_t {
  kNone,
  kBadQuoting,  ///< text follows a closing quote
  kBadSpan,     ///< a quote that is open at the line's end: it is not closed before the end of the
                ///< text or within the longest record, or text follows its closing quote
  kTooLong,     ///< the line
};

/// Cuts text into records and fields. The same text gives the same records whatever blocks it comes
/// in, as long as each begins at a record's beginning.
///
/// A faulty record consists of its first line alone: what follows is read anew from the next line.
/// That is linear all the same: what one open quote has run over holds no second one (its quotes
/// come in pairs), but for the stretch of one longest record. Blank lines and comments are passed
/// over. A line ends with LF, CRLF or CR.
///
/// Not thread-safe.
class RecordScanner {
 public:
  enum class Step : uint8_t {
    kRecord,
    kEnd,   ///< the text is used up
    kMore,  ///< the record at position() does not end in this text
  };

  /// At most `max_fields` fields of a record are kept; all are counted.
  RecordScanner(CsvDialect dialect, size_t max_record, size_t max_fields);

  /// `complete`: nothing follows the text, or what follows begins a new record.
  /// REQUIRES: 64 readable bytes behind `end`.
  void reset(const char* begin, const char* end, uint64_t line, bool complete);

  Step next();

  // Of the record that next() found, until the next call.
  [[nodiscard]] const std::vector<FieldText>& fields() const { return fields_; }
  [[nodiscard]] size_t field_count() const { return count_; }
  [[nodiscard]] std::string_view text() const {
    return {begin_, static_cast<size_t>(record_end_ - begin_)};
  }
  [[nodiscard]] uint64_t line() const { return line_; }
  [[nodiscard]] RecordFault fault() const { return fault_; }
  [[nodiscard]] const char* fault_at() const { return fault_at_; }

  /// Where the next record, or the line before it, begins.
  [[nodiscard]] const char* position() const { return at_; }
  [[nodiscard]] uint64_t next_line() const { return next_line_; }

 private:
  [[nodiscard]] bool is_blank() const;
  Step scan();
  Step scan_quoted(const char* open);
  Step close_quoted(const char* open, const char* close, bool escaped);
  Step pass_line();
  Step more();
  Step end_record(const char* mark);
  Step end_line(const char* mark);
  Step fail(RecordFault fault, const char* at);
  [[nodiscard]] bool opens_quote(const char* field, const char* mark) const;
  [[nodiscard]] bool is_escaped(const char* open, const char* mark) const;
  [[nodiscard]] bool is_space(char c) const {
    return (c == ' ' || c == '\t') && c != dialect_.delimiter;
  }
  void keep(const char* begin, const char* end);

  CsvDialect dialect_;
  size_t max_record_, max_fields_;
  StructuralScan marks_;
  const char* end_ = nullptr;
  bool complete_ = true;

  const char* at_ = nullptr;
  uint64_t next_line_ = 1;

  const char* begin_ = nullptr;
  const char* record_end_ = nullptr;
  uint64_t line_ = 1;
  std::vector<FieldText> fields_;
  size_t count_ = 0;
  RecordFault fault_ = RecordFault::kNone;
  const char* fault_at_ = nullptr;
  const char* spanning_ = nullptr;  // the first quote of the record that is open at a line's end
};

}  // namespace rhumb
