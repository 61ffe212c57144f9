#include "base/number.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <string>

namespace rhumb {
namespace {

// The number at the front, and how many characters it takes.
std::optional<std::pair<double, size_t>> read(const std::string& text) {
  const char* at = text.data();
  double value = 0;
  if (!read_number(at, text.data() + text.size(), value)) return std::nullopt;
  return std::pair(value, static_cast<size_t>(at - text.data()));
}

TEST(ReadNumber, JsonNumbersAndNothingElse) {
  EXPECT_EQ(read("12.5,"), (std::pair(12.5, size_t{4})));
  EXPECT_EQ(read("-0]"), (std::pair(-0.0, size_t{2})));
  EXPECT_EQ(read("1e3"), (std::pair(1000.0, size_t{3})));
  EXPECT_EQ(read("1E-3 "), (std::pair(0.001, size_t{4})));
  EXPECT_EQ(read("0.000000000000000000000000000000000001"),
            (std::pair(1e-36, std::strlen("0.000000000000000000000000000000000001"))));
  for (const char* bad : {"", "-", "+1", ".5", "5.", "5.e1", "1e", "1e+", "007", "00", "nan", "inf",
                          "1e400", "-1e999", "x"}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

TEST(ReadNumber, AgreesWithFromCharsToTheLastBit) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200'000; ++round) {
    std::string text = random() % 2 == 0 ? "-" : "";
    text += std::to_string(random() >> (random() % 64));
    if (random() % 4 != 0) {
      text += '.';
      for (auto digits = 1 + random() % 20; digits > 0; --digits) {
        text += static_cast<char>('0' + random() % 10);
      }
    }
    if (random() % 8 == 0) text += "e" + std::to_string(static_cast<int>(random() % 60) - 30);
    double expected = 0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    const auto found = read(text);
    ASSERT_TRUE(found) << text;
    ASSERT_EQ(std::bit_cast<uint64_t>(found->first), std::bit_cast<uint64_t>(expected)) << text;
    ASSERT_EQ(found->second, text.size());
  }
}

TEST(ReadFloat, ComesBackAsItWasPrinted) {
  EXPECT_EQ(read_float("0.1"), static_cast<double>(0.1F));
  EXPECT_EQ(read_float("-179.99998"), static_cast<double>(-179.99998F));
  EXPECT_EQ(read_float("1e-45"), static_cast<double>(std::numeric_limits<float>::denorm_min()));
  EXPECT_EQ(read_float("inf"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(read_float(""), std::nullopt);
  EXPECT_EQ(read_float("x"), std::nullopt);
}

}  // namespace
}  // namespace rhumb
