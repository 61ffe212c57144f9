#include "io/charset/charset.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(CharsetReader, ReadsOldCodePages) {
  auto reader = CharsetReader::make("CP850");
  ASSERT_TRUE(reader.ok());
  std::string out;
  ASSERT_TRUE(reader->to_utf8("Z\x81rich", out));
  EXPECT_EQ(out, "Zürich");
  ASSERT_TRUE(reader->to_utf8(std::string(3000, '\x84'), out));
  EXPECT_EQ(out.size(), 6000U);
}

TEST(CharsetReader, RefusesWhatIsNoText) {
  auto reader = CharsetReader::make("CP932");
  ASSERT_TRUE(reader.ok());
  std::string out;
  EXPECT_FALSE(reader->to_utf8("\x81", out));
  ASSERT_TRUE(reader->to_utf8("\x93\x8c\x8b\x9e", out));
  EXPECT_EQ(out, "東京");
}

TEST(CharsetReader, RefusesNamesNobodyKnows) {
  const auto reader = CharsetReader::make("klingon");
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, Code::kBadValue);
}

}  // namespace
}  // namespace rhumb
