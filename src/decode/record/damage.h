#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/text.h"
#include "decode/csv/decoded_text.h"

// For tests: what must hold for any bytes, tried on a good file cut at every place and changed at
// random ones. Under the sanitizers this finds reads outside of buffers.

namespace rhumb {

using DecodeBytes = std::function<DecodedText(std::string_view)>;

/// Every record a row or a reject, every reject with its reason in UTF-8, every error with a hint.
inline void check_outcome(const DecodedText& decoded) {
  if (decoded.error) {
    EXPECT_FALSE(decoded.error->message.empty() || decoded.error->hint.empty())
        << decoded.error->text();
    return;
  }
  EXPECT_EQ(decoded.counted_rows, decoded.rows.size());
  EXPECT_EQ(decoded.counted_rejects, decoded.rejects.size());
  for (const Reject& reject : decoded.rejects) {
    EXPECT_GT(reject.line, 0U);
    EXPECT_FALSE(reject.message.empty());
    EXPECT_TRUE(is_utf8(reject.raw) && is_utf8(reject.message));
  }
}

inline void survives_damage(const std::string& good, const DecodeBytes& decode, size_t cuts = 200,
                            int changes = 200) {
  const size_t step = 1 + good.size() / cuts;
  for (size_t length = 0; length < good.size(); length += step)
    check_outcome(decode(std::string_view(good).substr(0, length)));
  std::mt19937 random(20240521);  // the same damage every time
  for (int i = 0; i < changes; ++i) {
    std::string bytes = good;
    for (uint32_t n = 1 + random() % 4; n > 0; --n)
      bytes[random() % bytes.size()] = static_cast<char>(random() % 2 == 0 ? random() : 0xFF);
    check_outcome(decode(bytes));
  }
}

}  // namespace rhumb
