#include "decode/value/number_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

namespace rhumb {
namespace {

std::optional<int64_t> integer(std::string_view text) {
  int64_t out = 0;
  return parse_integer(text, out) ? std::optional(out) : std::nullopt;
}
std::optional<double> number(std::string_view text) {
  double out = 0;
  return parse_double(text, out) ? std::optional(out) : std::nullopt;
}
std::string decimal(std::string_view text, int precision, int scale) {
  Int128 value = 0;
  if (!parse_decimal(text, precision, scale, value)) return "refused";
  std::string digits;
  const bool negative = value < 0;
  for (; value != 0; value /= 10) {
    digits.insert(digits.begin(),
                  static_cast<char>('0' + static_cast<int>(negative ? -(value % 10) : value % 10)));
  }
  return (negative ? "-" : "") + (digits.empty() ? "0" : digits);
}

TEST(NumberText, Integers) {
  EXPECT_EQ(integer("0"), 0);
  EXPECT_EQ(integer("-7"), -7);
  EXPECT_EQ(integer("+7"), 7);
  EXPECT_EQ(integer("007"), 7);
  EXPECT_EQ(integer("3.0"), 3);
  EXPECT_EQ(integer("3."), 3);
  EXPECT_EQ(integer("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(integer("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  for (const char* bad : {"", "+", "-", "+-1", "--1", "9223372036854775808", "1e3", "3.5", "0x10",
                          "1,000", " 1", "1 ", "nan", ".0", "1_000"}) {
    EXPECT_FALSE(integer(bad)) << bad;
  }
}

TEST(NumberText, Doubles) {
  EXPECT_EQ(number("-73.961479187011719"), -73.961479187011719);
  EXPECT_EQ(number(".68"), 0.68);
  EXPECT_EQ(number("+1e3"), 1000);
  EXPECT_EQ(number("5."), 5);
  for (const char* bad :
       {"", "+", ".", "e5", "nan", "inf", "-infinity", "1e999", "1,5", "0x1p3", "1 ", "+-1"}) {
    EXPECT_FALSE(number(bad)) << bad;
  }
}

TEST(NumberText, PlainOnes) {
  for (const char* yes : {"0", "-7", "123"}) EXPECT_TRUE(is_canonical_integer(yes)) << yes;
  for (const char* no : {"", "-", "007", "-0", "+7", "7.0", "1 "})
    EXPECT_FALSE(is_canonical_integer(no)) << no;
  for (const char* yes : {"0", "0.5", "-0.5", ".5", "1e5", "12.50"})
    EXPECT_TRUE(is_plain_number(yes)) << yes;
  for (const char* no : {"", "00.5", "+1", "-01.5", "007", "abc"})
    EXPECT_FALSE(is_plain_number(no)) << no;
}

TEST(NumberText, DecimalsAreExact) {
  EXPECT_EQ(decimal("12.5", 10, 2), "1250");
  EXPECT_EQ(decimal("-0.01", 10, 2), "-1");
  EXPECT_EQ(decimal("+.5", 10, 2), "50");
  EXPECT_EQ(decimal("5.", 10, 2), "500");
  EXPECT_EQ(decimal("1.2300", 3, 2), "123");
  EXPECT_EQ(decimal("000000000000000000000000000000000000000000001.5", 3, 2), "150");
  EXPECT_EQ(decimal("99999999999999999999999999999999999999", 38, 0),
            "99999999999999999999999999999999999999");
  EXPECT_EQ(decimal("0.1", 38, 38), "10000000000000000000000000000000000000");
  for (const char* bad : {"", ".", "-", "+-1", "1.234", "123456789", "1e2", "1.2.3", "1,5", " 1"}) {
    EXPECT_EQ(decimal(bad, 10, 2), "refused") << bad;
  }
  EXPECT_EQ(decimal("100000000000000000000000000000000000000", 38, 0), "refused");
}

TEST(NumberText, Booleans) {
  bool out = false;
  for (const char* yes : {"true", "T", "YES", "y", "on", "1"}) {
    EXPECT_TRUE(parse_boolean(yes, out) && out) << yes;
  }
  for (const char* no : {"false", "F", "No", "n", "OFF", "0"}) {
    EXPECT_TRUE(parse_boolean(no, out) && !out) << no;
  }
  for (const char* bad : {"", "2", "tru", "truee", "ja"})
    EXPECT_FALSE(parse_boolean(bad, out)) << bad;
}

}  // namespace
}  // namespace rhumb
