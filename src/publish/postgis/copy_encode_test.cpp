#include "publish/postgis/copy_encode.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "publish/postgis/numeric.h"

namespace rhumb {
namespace {

std::vector<int16_t> words(const PgBuffer& buffer, size_t skip = 4) {
  std::vector<int16_t> out;
  for (size_t at = skip; at + 1 < buffer.size(); at += 2) {
    out.push_back(load_big_endian<int16_t>(buffer.view().data() + at));
  }
  return out;
}

std::vector<int16_t> numeric(Int128 unscaled, int scale) {
  PgBuffer buffer;
  put_numeric(unscaled, scale, buffer);
  EXPECT_EQ(load_big_endian<int32_t>(buffer.view().data()),
            static_cast<int32_t>(buffer.size() - 4));
  return words(buffer);
}

using Words = std::vector<int16_t>;

// Digits to the base 10,000: count, weight of the first, sign, decimals, digits.
TEST(NumericTest, GroupsDigitsAroundThePoint) {
  EXPECT_EQ(numeric(0, 0), (Words{0, 0, 0, 0}));
  EXPECT_EQ(numeric(0, 5), (Words{0, 0, 0, 5}));
  EXPECT_EQ(numeric(1, 0), (Words{1, 0, 0, 0, 1}));
  EXPECT_EQ(numeric(12'345'678, 0), (Words{2, 1, 0, 0, 1234, 5678}));
  EXPECT_EQ(numeric(123'450'000, 0), (Words{2, 2, 0, 0, 1, 2345}));
  EXPECT_EQ(numeric(-12'345, 2), (Words{2, 0, 0x4000, 2, 123, 4500}));
  EXPECT_EQ(numeric(1, 5), (Words{1, -2, 0, 5, 1000}));
  EXPECT_EQ(numeric(5, 4), (Words{1, -1, 0, 4, 5}));
}

TEST(NumericTest, HoldsTheLargestValues) {
  Int128 largest = 0;
  for (int i = 0; i < 38; ++i) largest = largest * 10 + 9;
  EXPECT_EQ(numeric(largest, 0),
            (Words{10, 9, 0, 0, 99, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999, 9999}));
  EXPECT_EQ(numeric(-largest, 38), (Words{10, -1, 0x4000, 38, 9999, 9999, 9999, 9999, 9999, 9999,
                                          9999, 9999, 9999, 9900}));
  EXPECT_EQ(numeric(std::numeric_limits<int64_t>::min(), 0),
            (Words{5, 4, 0x4000, 0, 922, 3372, 368, 5477, 5808}));
}

template <typename T>
Status encode(Type type, const std::string& pg_type, T value, PgBuffer& out) {
  const Column column{"c", type, true};
  RHUMB_ASSIGN(const ColumnEncoding encoding,
               choose_encoding(column, {.sql = pg_type, .base_name = pg_type}));
  BatchEncoder encoder({encoding});
  Batch batch({column});
  if constexpr (std::is_convertible_v<T, std::string_view>) {
    batch.columns[0].append_bytes(value);
  } else {
    batch.columns[0].append(value);
  }
  return encoder.append(batch, 0, out);
}

template <typename T>
void expect_refused(Type type, const std::string& pg_type, T value, const std::string& words) {
  PgBuffer out;
  const Status done = encode(type, pg_type, value, out);
  ASSERT_FALSE(done.ok()) << pg_type;
  EXPECT_EQ(done.error().code, Code::kBadValue);
  EXPECT_NE(done.error().message.find(words), std::string::npos) << done.error().message;
}

TEST(CopyEncodeTest, RefusesWhatTheServerCannotHold) {
  expect_refused({.id = TypeId::kText}, "text", std::string_view("a\0b", 3), "U+0000");
  expect_refused({.id = TypeId::kJson}, "jsonb", std::string_view("\0", 1), "row 1, column c");
  expect_refused({.id = TypeId::kInteger}, "int2", int64_t{32768}, "does not fit");
  expect_refused({.id = TypeId::kInteger}, "int4", int64_t{-2147483649}, "does not fit");
  expect_refused({.id = TypeId::kTimestamp}, "timestamp", INT64_MAX, "infinite");
  expect_refused({.id = TypeId::kTimestampTz}, "timestamptz", -INT64_MAX, "infinite");
  expect_refused({.id = TypeId::kDate}, "date", INT32_MAX, "infinite");
  expect_refused({.id = TypeId::kTime}, "time", int64_t{-1}, "outside of the day");
  expect_refused({.id = TypeId::kGeometry, .srid = 4326}, "geometry", std::string_view("\1\1"),
                 "WKB");
  expect_refused({.id = TypeId::kBoolean}, "int4", int8_t{1}, "cannot be written");
  expect_refused({.id = TypeId::kText}, "inet", std::string_view("::1"), "cannot be written");
}

TEST(CopyEncodeTest, ANullWhereNoneMayBe) {
  const Column column{"c", {.id = TypeId::kInteger}, false};
  BatchEncoder encoder({*choose_encoding(column, {.sql = "bigint", .base_name = "int8"})});
  Batch batch({column});
  batch.columns[0].append(int64_t{1});
  batch.columns[0].append_null();
  PgBuffer out;
  EXPECT_TRUE(encoder.append(batch, 0, out).ok());
  const Status done = encoder.append(batch, 1, out);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("row 2, column c"), std::string::npos);
}

TEST(CopyEncodeTest, TheSridFollowsTheByteOrder) {
  const std::string little("\1\1\0\0\0................", 21);
  const std::string big("\0\0\0\0\1................", 21);
  for (const std::string& wkb : {little, big}) {
    PgBuffer out;
    ASSERT_TRUE(
        encode({.id = TypeId::kGeometry, .srid = 4326}, "geometry", std::string_view(wkb), out)
            .ok());
    ASSERT_EQ(out.size(), 2U + 4 + 25);
    const std::string_view ewkb = out.view().substr(6);
    EXPECT_EQ(ewkb.substr(0, 9), wkb == little ? std::string_view("\1\1\0\0\x20\xe6\x10\0\0", 9)
                                               : std::string_view("\0\x20\0\0\1\0\0\x10\xe6", 9));
  }
}

}  // namespace
}  // namespace rhumb
