#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "decode/text/encoding.h"

namespace rhumb {

/// How text is cut into records and fields.
struct CsvDialect {
  char delimiter = ',';
  bool quoting = true;
  char quote = '"';
  char escape = '"';    ///< equal to quote: a quote within quotes is doubled
  bool trim = false;    ///< spaces around unquoted fields and around quotes do not count
  std::string comment;  ///< lines that begin so are passed over; "" = none
};

enum class HeaderOption : uint8_t { kAuto, kTrue, kFalse };

/// The `csv:` block of a source.
struct CsvOptions {
  CsvDialect dialect;
  bool guess_delimiter = true;
  HeaderOption header = HeaderOption::kAuto;
  EncodingOption encoding = EncodingOption::kAuto;
  uint64_t skip = 0;  ///< physical lines before the header
  std::vector<std::string> nulls = {""};
  bool drop_extra_fields = false;    ///< false: the record goes to the quarantine
  bool fill_missing_fields = false;  ///< false: likewise; true: null
  size_t max_record = size_t{16} << 20;
  size_t block_size = size_t{1} << 20;  ///< text that a reader takes at a time; not for users
};

[[nodiscard]] Declaration make_csv_declaration();

/// Values that the Declaration cannot check are refused here, with their place.
[[nodiscard]] Result<CsvOptions> read_csv_options(const Config& config);

}  // namespace rhumb
