// What the bytes of a file mean, through the whole decoder.

#include <gtest/gtest.h>

#include "base/text.h"
#include "decode/csv/csv_decoder.h"
#include "decode/csv/decoding_checks.h"

namespace rhumb {
namespace {

TEST(CsvEncoding, WhatIsNoText) {
  EXPECT_NE(fault(decode(std::string("PK\x03\x04", 4) + "junk [Content_Types].xml"))
                .find("an Excel workbook (zip)"),
            std::string::npos);
  EXPECT_NE(fault(decode(std::string("PK\x03\x04", 4) + "junk")).find("a zip archive"),
            std::string::npos);
  EXPECT_NE(fault(decode("PAR1\x15\x04")).find("a Parquet file"), std::string::npos);
  EXPECT_NE(fault(decode("<!doctype HTML><p>403")).find("an HTML page"), std::string::npos);
  EXPECT_NE(fault(decode(std::string("a\0b", 3))).find("NUL"), std::string::npos);
  const auto missing =
      make_csv_decoder(CsvOptions{})->open({.path = "/nowhere/at/all", .input = "x"});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kNotFound);
}

TEST(CsvEncoding, Encodings) {
  const Rows expected = {{"Z\xC3\xBCrich", "\xE2\x82\xAC"}};
  const auto columns = {declare("a text"), declare("b text")};
  const std::string utf8 = "a,b\nZ\xC3\xBCrich,\xE2\x82\xAC\n";
  EXPECT_EQ(decode(utf8, columns).rows, expected);
  EXPECT_EQ(decode("\xEF\xBB\xBF" + utf8, columns).rows, expected);
  std::string little, big;
  for (const char16_t unit : std::u16string_view(u"a,b\nZ\u00FCrich,\u20AC\n")) {
    little += {static_cast<char>(unit), static_cast<char>(unit >> 8)};
    big += {static_cast<char>(unit >> 8), static_cast<char>(unit)};
  }
  EXPECT_EQ(decode("\xFF\xFE" + little, columns).rows, expected);
  EXPECT_EQ(decode("\xFE\xFF" + big, columns).rows, expected);
  EXPECT_EQ(decode(little, columns).rows, expected);
  EXPECT_EQ(decode(big, columns).rows, expected);
  EXPECT_EQ(decode(little, columns).notes.size(), 1U);
  const DecodedText windows = decode("a,b\nZ\xFCrich,\x80\n", columns);
  EXPECT_EQ(windows.rows, expected);
  ASSERT_EQ(windows.notes.size(), 1U);
  EXPECT_NE(windows.notes[0].find("windows-1252"), std::string::npos);
  CsvOptions latin;
  latin.encoding = EncodingOption::kLatin1;
  EXPECT_EQ(decode("a,b\nZ\xFCrich,\x80\n", columns, latin).rows,
            (Rows{{"Z\xC3\xBCrich", "\xC2\x80"}}));
}

TEST(CsvEncoding, BadCharactersGoToTheQuarantine) {
  const auto columns = {declare("a text"), declare("b text")};
  CsvOptions utf8;
  utf8.encoding = EncodingOption::kUtf8;
  const DecodedText out =
      decode("a,b\n\xC3\xBC,\xC3\xBC\n\xC3\xBC,x\n\xFF,y\nz,\xED\xA0\x80\n", columns, utf8);
  EXPECT_EQ(out.rows.size(), 2U);
  EXPECT_EQ(rejects(out), (Texts{"4:1 a bad-encoding \xC3\xBF,y",
                                 "5:3 b bad-encoding z,\xC3\xAD\xC2\xA0\xE2\x82\xAC"}));
  for (const Reject& reject : out.rejects) EXPECT_TRUE(is_utf8(reject.raw));
  std::string padded = "a,b\n" + std::string(200, 'x') + ",y\n";
  padded += std::string("p\0q,r\n", 6);
  EXPECT_EQ(decode(padded, columns).rejects.size(), 1U);
  // Half a surrogate pair in UTF-16.
  std::string broken = "\xFF\xFE";
  for (const char16_t unit : std::u16string_view(u"a,b\n\xD800,b\nc,d\n")) {
    broken += {static_cast<char>(unit), static_cast<char>(unit >> 8)};
  }
  const DecodedText half = decode(broken + "x", columns);
  EXPECT_EQ(half.rows, (Rows{{"c", "d"}}));
  EXPECT_EQ(half.rejects.size(), 2U);
}

TEST(CsvEncoding, ReplayKnowsTheEncoding) {
  CsvOptions options;
  options.encoding = EncodingOption::kLatin1;
  const DecodedText first =
      decode("n,name\nx,Z\xFCrich\n", {declare("n integer"), declare("name text")}, options);
  ASSERT_EQ(first.rejects.size(), 1U);
  EXPECT_EQ(first.rejects[0].raw, "x,Z\xC3\xBCrich");
  const DecodedText again = decode(first.preamble + first.rejects[0].raw,
                                   {declare("n text"), declare("name text")}, options);
  EXPECT_EQ(again.rows, (Rows{{"x", "Z\xC3\xBCrich"}}));
}

}  // namespace
}  // namespace rhumb
