#include "decode/text/encoding.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace rhumb {
namespace {

using namespace std::string_view_literals;

Encoding guess(std::string_view head) {
  return guess_encoding(head, true, EncodingOption::kAuto).encoding;
}

std::string convert(std::string_view bytes, Encoding encoding, size_t piece) {
  Transcoder transcoder(encoding);
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    transcoder.convert(bytes.substr(at, piece), out);
  }
  transcoder.finish(out);
  return out;
}

TEST(Encoding, GuessesByMarkAndBytes) {
  EXPECT_EQ(guess(""), Encoding::kUtf8);
  EXPECT_EQ(guess("abc"), Encoding::kUtf8);
  EXPECT_EQ(guess("Z\xC3\xBCrich"), Encoding::kUtf8);
  EXPECT_EQ(guess("Z\xFCrich"), Encoding::kWindows1252);
  EXPECT_EQ(guess("\xEF\xBB\xBF\xFF"), Encoding::kUtf8);
  EXPECT_EQ(guess("\xFF\xFE"), Encoding::kUtf16Le);
  EXPECT_EQ(guess("\xFE\xFF"), Encoding::kUtf16Be);
  EXPECT_EQ(guess("a\0,\0b\0\n\0"sv), Encoding::kUtf16Le);
  EXPECT_EQ(guess("\0a\0,\0b\0\n"sv), Encoding::kUtf16Be);
  // Damaged UTF-8 stays UTF-8 where more is well than not.
  EXPECT_EQ(guess("\xC3\xBC\xC3\xBC\xFF"), Encoding::kUtf8);
  // A NUL here and there is no UTF-16.
  EXPECT_EQ(guess("hello\n\0world\n\0"sv), Encoding::kUtf8);
}

TEST(Encoding, ACutThroughCharacterIsNoFault) {
  for (const auto head : {"\xC3"sv, "a\xE2\x82"sv, "a\xF0\x9F\x98"sv}) {
    EXPECT_EQ(guess_encoding(head, false, EncodingOption::kAuto).encoding, Encoding::kUtf8);
    EXPECT_EQ(guess_encoding(head, true, EncodingOption::kAuto).encoding, Encoding::kWindows1252);
  }
}

TEST(Encoding, OptionsWinOverGuesses) {
  EXPECT_EQ(guess_encoding("Z\xFC", true, EncodingOption::kUtf8).encoding, Encoding::kUtf8);
  EXPECT_EQ(guess_encoding("abc", true, EncodingOption::kLatin1).encoding, Encoding::kLatin1);
  EXPECT_EQ(guess_encoding("abcd", true, EncodingOption::kUtf16).encoding, Encoding::kUtf16Le);
  EXPECT_EQ(guess_encoding("\0a\0b\0c"sv, true, EncodingOption::kUtf16).encoding,
            Encoding::kUtf16Be);
  EXPECT_EQ(guess_encoding("\xFF\xFE", true, EncodingOption::kLatin1).mark, 0U);
  EXPECT_EQ(guess_encoding("\xEF\xBB\xBF", true, EncodingOption::kLatin1).mark, 3U);
}

TEST(Encoding, ConvertsInPiecesOfAnySize) {
  const auto utf16 = "a\0\xFC\0\xAC\x20\x3D\xD8\x00\xDE"sv;
  for (size_t piece = 1; piece <= utf16.size(); ++piece) {
    EXPECT_EQ(convert(utf16, Encoding::kUtf16Le, piece), "a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80");
    EXPECT_EQ(convert("ab\x80\xFC\x81 and more", Encoding::kWindows1252, piece),
              "ab\xE2\x82\xAC\xC3\xBC\xC2\x81 and more");
    EXPECT_EQ(convert("ab\x80\xFC", Encoding::kLatin1, piece), "ab\xC2\x80\xC3\xBC");
  }
}

TEST(Encoding, WhatIsNoCharacterIsNoUtf8) {
  EXPECT_FALSE(is_utf8(convert("a\0b"sv, Encoding::kUtf16Le, 10)));      // an odd byte
  EXPECT_FALSE(is_utf8(convert("\x00\xD8"sv, Encoding::kUtf16Le, 10)));  // high half at the end
  EXPECT_FALSE(is_utf8(convert("\x00\xD8\x61\x00"sv, Encoding::kUtf16Le, 10)));
  EXPECT_FALSE(is_utf8(convert("\x00\xDC\x61\x00"sv, Encoding::kUtf16Le, 10)));  // low half alone
}

TEST(Encoding, RepairsForPeople) {
  EXPECT_EQ(repair_utf8("Z\xC3\xBC\xFC\x80"), "Z\xC3\xBC\xC3\xBC\xE2\x82\xAC");
  EXPECT_EQ(repair_utf8(""), "");
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_TRUE(is_utf8(repair_utf8(all)));
}

}  // namespace
}  // namespace rhumb
