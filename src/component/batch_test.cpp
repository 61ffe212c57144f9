#include "component/batch.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(Batch, HoldsValuesAndNullsAcrossBitmapWords) {
  ColumnData numbers(TypeId::kInteger);
  ColumnData texts(TypeId::kText);
  for (int64_t i = 0; i < 200; ++i) {
    if (i % 3 == 0) {
      numbers.append_null();
      texts.append_null();
    } else {
      numbers.append(i);
      texts.append_bytes(std::to_string(i));
    }
  }
  EXPECT_EQ(numbers.null_count(), 67U);
  for (size_t i = 0; i < 200; ++i) {
    ASSERT_EQ(numbers.is_null(i), i % 3 == 0);
    ASSERT_EQ(texts.is_null(i), i % 3 == 0);
    if (i % 3 == 0) continue;
    EXPECT_EQ(numbers.value<int64_t>(i), static_cast<int64_t>(i));
    EXPECT_EQ(texts.bytes(i), std::to_string(i));
  }
}

TEST(Batch, PopBackUndoesTheLastAppendAtAnyPosition) {
  ColumnData texts(TypeId::kText);
  for (int i = 0; i < 130; ++i) {
    texts.append_bytes("gone");
    texts.pop_back();
    texts.append_null();
    texts.pop_back();
    texts.append_bytes(std::to_string(i));
  }
  EXPECT_EQ(texts.rows(), 130U);
  EXPECT_EQ(texts.null_count(), 0U);
  EXPECT_EQ(texts.bytes(64), "64");
  EXPECT_EQ(texts.bytes(129), "129");
}

TEST(Batch, ClearStartsAnew) {
  Batch batch({{"a", {TypeId::kDate}}, {"b", {TypeId::kGeometry}}});
  batch.columns[0].append(int32_t{7});
  batch.columns[1].append_bytes("x");
  batch.clear();
  EXPECT_EQ(batch.rows(), 0U);
  batch.columns[1].append_bytes("yz");
  EXPECT_EQ(batch.columns[1].bytes(0), "yz");
}

TEST(Schema, TypeNamesRoundTrip) {
  for (const std::string& name : type_names()) {
    const auto type = parse_type(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(parse_type(type_name(*type)), type) << name;
  }
  EXPECT_EQ(type_name(*parse_type("NUMERIC( 10 , 2 )")), "decimal(10,2)");
  for (const char* bad : {"", "decimal(0)", "decimal(39,1)", "decimal(3,4)", "decimal(1,2,3)",
                          "decimal(a)", "vector"}) {
    EXPECT_FALSE(parse_type(bad)) << bad;
  }
}

}  // namespace
}  // namespace rhumb
