#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/record/record.h"
#include "decode/shapefile/code_page.h"
#include "io/fs/window_input.h"

namespace rhumb {

/// The attribute table of a shapefile (dBASE III to 7 level of what GIS programs write). Values
/// come out as text; blanks, `?` for a truth value, asterisks for a number and zeros for a date
/// mean null. Not thread-safe.
class DbfTable {
 public:
  /// `encoding` names the character set, "" = what the table says. kBadFile when it is damaged.
  static Result<DbfTable> open(const std::filesystem::path& path, const std::string& encoding);

  [[nodiscard]] const std::vector<RecordField>& fields() const { return fields_; }
  /// Records that are there, and that the header claims.
  [[nodiscard]] uint64_t count() const { return count_; }
  [[nodiscard]] uint64_t claimed() const { return claimed_; }
  [[nodiscard]] uint64_t size() const { return input_.size(); }

  enum class Found : uint8_t { kRecord, kDeleted, kMissing };
  /// Puts record `index`, from 0, into the first values of `out`. kMissing: the file ends before.
  Result<Found> read(uint64_t index, Record& out);

  /// What people should know: how the encoding was guessed, fields whose values lie elsewhere.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  struct Place {
    char type;
    size_t offset, length;
  };
  explicit DbfTable(WindowInput input) : input_(std::move(input)) {}
  Status read_header(const std::filesystem::path& path, const std::string& encoding);
  Status add_field(std::string_view descriptor);
  void take(const Place& place, std::string_view bytes, FieldValue& out);
  void take_text(std::string_view bytes, FieldValue& out);

  WindowInput input_;
  std::vector<RecordField> fields_;
  std::vector<Place> places_;
  std::optional<CodePage> code_page_;
  uint64_t count_ = 0, claimed_ = 0;
  size_t header_ = 0, record_ = 0;
  std::string scratch_;
  std::vector<std::string> memos_;
};

}  // namespace rhumb
