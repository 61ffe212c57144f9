#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "decode/csv/decoded_text.h"

// For tests: the whole decoder over a piece of text, and what it made of it in one line each.

namespace rhumb {

using Rows = std::vector<std::vector<std::string>>;
using Texts = std::vector<std::string>;

inline DecodedText decode(std::string_view bytes, std::vector<DeclaredColumn> columns = {},
                          const CsvOptions& options = {}) {
  DecodeSettings settings{.options = options, .columns = std::move(columns)};
  DecodedText out = decode_text(bytes, settings);
  EXPECT_EQ(out.counted_rows, out.rows.size());
  EXPECT_EQ(out.counted_rejects, out.rejects.size());
  return out;
}

// `line:column field reason raw`
inline Texts rejects(const DecodedText& decoded) {
  Texts out;
  for (const Reject& r : decoded.rejects) {
    EXPECT_EQ(r.input, "in.csv");
    EXPECT_FALSE(r.message.empty());
    out.push_back(std::to_string(r.line) + ":" + std::to_string(r.column) + " " + r.field + " " +
                  reason_name(r.reason) + " " + r.raw);
  }
  return out;
}

inline std::string fault(const DecodedText& decoded) {
  return decoded.error ? decoded.error->text() : "";
}

}  // namespace rhumb
