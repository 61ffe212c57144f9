#include "decode/value/time_text.h"

#include <gtest/gtest.h>

#include <random>

namespace rhumb {
namespace {

constexpr Micros kHour = 3'600'000'000;

std::string moment(std::string_view text) {
  ParsedTime at;
  if (!parse_timestamp(text, at)) return "refused";
  std::string out = format_utc(at.local);
  out.pop_back();
  if (at.local % 1000 != 0) out += std::to_string(at.local % 1000) + "us";
  return at.has_offset ? out + " " + std::to_string(at.offset / 60'000'000) : out;
}

TEST(TimeText, Timestamps) {
  EXPECT_EQ(moment("2018-05-21 02:54:04"), "2018-05-21T02:54:04.000");
  EXPECT_EQ(moment("2018-05-21T02:54:04"), "2018-05-21T02:54:04.000");
  EXPECT_EQ(moment("2018-05-21"), "2018-05-21T00:00:00.000");
  EXPECT_EQ(moment("2018-05-21 2:54"), "2018-05-21T02:54:00.000");
  EXPECT_EQ(moment("2018-5-1 02:54"), "2018-05-01T02:54:00.000");
  EXPECT_EQ(moment("2018/05/21 02:54:04"), "2018-05-21T02:54:04.000");
  EXPECT_EQ(moment("2018-05-21 02:54:04.5"), "2018-05-21T02:54:04.500");
  EXPECT_EQ(moment("2018-05-21 02:54:04.123456"), "2018-05-21T02:54:04.123456us");
  EXPECT_EQ(moment("2018-05-21 02:54:04.1234565"), "2018-05-21T02:54:04.123457us");
  EXPECT_EQ(moment("2018-05-21 23:59:59.9999999"), "2018-05-22T00:00:00.000");
  EXPECT_EQ(moment("20180521"), "2018-05-21T00:00:00.000");
  EXPECT_EQ(moment("20180521 08:00"), "2018-05-21T08:00:00.000");
  EXPECT_EQ(moment("1/2/2024"), "2024-01-02T00:00:00.000");
  EXPECT_EQ(moment("01/02/2024 8:05"), "2024-01-02T08:05:00.000");
  EXPECT_EQ(moment("1/2/2024 8:05:06 PM"), "2024-01-02T20:05:06.000");
  EXPECT_EQ(moment("1/2/2024 12:05 AM"), "2024-01-02T00:05:00.000");
  EXPECT_EQ(moment("1/2/2024 12:05 p.m."), "2024-01-02T12:05:00.000");
  EXPECT_EQ(moment("2016-12-31 23:59:60"), "2017-01-01T00:00:00.000");
  EXPECT_EQ(moment("2016-12-31 24:00:00"), "2017-01-01T00:00:00.000");
  EXPECT_EQ(moment("1969-12-31 23:59:59"), "1969-12-31T23:59:59.000");
  EXPECT_EQ(moment("0001-01-01"), "0001-01-01T00:00:00.000");
  EXPECT_EQ(moment("9999-12-31"), "9999-12-31T00:00:00.000");
  EXPECT_EQ(moment("2024-02-29"), "2024-02-29T00:00:00.000");
  EXPECT_EQ(moment("2000-02-29"), "2000-02-29T00:00:00.000");
}

TEST(TimeText, Offsets) {
  EXPECT_EQ(moment("2018-05-21T02:54:04Z"), "2018-05-21T02:54:04.000 0");
  EXPECT_EQ(moment("2018-05-21 02:54:04 UTC"), "2018-05-21T02:54:04.000 0");
  EXPECT_EQ(moment("2018-05-21T02:54:04+02:00"), "2018-05-21T02:54:04.000 120");
  EXPECT_EQ(moment("2018-05-21T02:54:04.5-0530"), "2018-05-21T02:54:04.500 -330");
  EXPECT_EQ(moment("2018-05-21 02:54:04+02"), "2018-05-21T02:54:04.000 120");
}

TEST(TimeText, RefusesWhatIsNoMoment) {
  for (const char* bad : {"",
                          "abc",
                          "2018",
                          "2018-13-01",
                          "2018-00-01",
                          "2018-01-00",
                          "2018-02-30",
                          "2023-02-29",
                          "1900-02-29",
                          "0000-01-01",
                          "2018-05-21 25:00:00",
                          "2018-05-21 24:00:01",
                          "2018-05-21 10:60:00",
                          "2018-05-21 10:00:61",
                          "2018-05-21 10",
                          "2018-05-21 10:0",
                          "2018-05-21  ",
                          "2018-05-21T",
                          "2018-05-21 10:00:00.",
                          "2018-05-21 10:00:00 +2",
                          "2018-05-21 10:00:00 CEST",
                          "2018-05/21",
                          "13/2/2024",
                          "1/2/24",
                          "1/32/2024",
                          "1/2/2024 13:00 PM",
                          "1/2/2024 0:30 AM",
                          "20181301",
                          "2018-05-21 10:00:00+99:00",
                          "2018-05-21 10:00:00+02:60",
                          "2018-05-21x10:00:00",
                          "201805211",
                          "2018-05-21 1a:00:00",
                          "+018-05-21 10:00:00",
                          "12018-05-21"}) {
    EXPECT_EQ(moment(bad), "refused") << bad;
  }
}

TEST(TimeText, DatesAndClocks) {
  int32_t days = 0;
  EXPECT_TRUE(parse_date("1970-01-02", days));
  EXPECT_EQ(days, 1);
  EXPECT_TRUE(parse_date("1/2/1970", days));
  EXPECT_EQ(days, 1);
  EXPECT_TRUE(parse_date("1969-12-31 00:00:00", days));
  EXPECT_EQ(days, -1);
  EXPECT_FALSE(parse_date("1970-01-02 00:00:01", days));
  EXPECT_FALSE(parse_date("1970-01-02T00:00:00Z", days));
  EXPECT_FALSE(parse_date("", days));
  Micros clock = 0;
  EXPECT_TRUE(parse_clock("08:30", clock));
  EXPECT_EQ(clock, 8 * kHour + kHour / 2);
  EXPECT_TRUE(parse_clock("07:15 PM", clock));
  EXPECT_EQ(clock, 19 * kHour + kHour / 4);
  for (const char* bad : {"", "24:00", "8", "08:30:00Z", "08:30 XM"}) {
    EXPECT_FALSE(parse_clock(bad, clock)) << bad;
  }
}

// The quick way for the commonest shape must say what the slow way says.
TEST(TimeText, TheTwoWaysAgree) {
  std::mt19937 random(9);
  const std::string alphabet = "0123456789-: T/";
  for (int i = 0; i < 200'000; ++i) {
    std::string text = "2018-05-21 02:54:04";
    for (auto n = random() % 4; n > 0; --n)
      text[random() % text.size()] = alphabet[random() % alphabet.size()];
    ParsedTime quick, slow;
    const bool quickly = parse_timestamp(text, quick);
    // A fraction leads past the quick way without changing the moment.
    const bool slowly = parse_timestamp(text + ".0", slow);
    const bool ends_in_second = text.size() == 19 && text[16] == ':';
    if (!ends_in_second || text[10] == '/') continue;
    ASSERT_EQ(quickly, slowly) << text;
    if (quickly) {
      ASSERT_EQ(quick.local, slow.local) << text;
    }
  }
}

std::string formatted(std::string_view format, std::string_view text) {
  const auto compiled = TimeFormat::compile(format);
  if (!compiled.ok()) return compiled.error().message;
  ParsedTime at;
  if (!compiled->parse(text, at)) return "refused";
  std::string out = format_utc(at.local);
  out.pop_back();
  return at.has_offset ? out + " " + std::to_string(at.offset / 60'000'000) : out;
}

TEST(TimeFormat, ReadsItsLetters) {
  EXPECT_EQ(formatted("%d.%m.%Y %H:%M", "21.05.2018 02:54"), "2018-05-21T02:54:00.000");
  EXPECT_EQ(formatted("%d/%m/%y", "1/2/24"), "2024-02-01T00:00:00.000");
  EXPECT_EQ(formatted("%y", "69"), "1969-01-01T00:00:00.000");
  EXPECT_EQ(formatted("%a, %d %b %Y %T %z", "Mon, 21 May 2018 02:54:04 +0200"),
            "2018-05-21T02:54:04.000 120");
  EXPECT_EQ(formatted("%A %e %B %Y", "Monday  1 september 2018"), "2018-09-01T00:00:00.000");
  EXPECT_EQ(formatted("%I:%M:%S.%f %p on %D", "02:54:04.25 pm on 05/21/18"),
            "2018-05-21T14:54:04.250");
  EXPECT_EQ(formatted("%F %R", "2018-05-21 24:00"), "2018-05-22T00:00:00.000");
  EXPECT_EQ(formatted("%Y%j", "2018141"), "2018-05-21T00:00:00.000");
  EXPECT_EQ(formatted("%Y%j", "2020366"), "2020-12-31T00:00:00.000");
  EXPECT_EQ(formatted("%s", "1526871244.5"), "2018-05-21T02:54:04.500 0");
  EXPECT_EQ(formatted("%s", "-1"), "1969-12-31T23:59:59.000 0");
  EXPECT_EQ(formatted("100%% %Y", "100%   2018"), "2018-01-01T00:00:00.000");
}

TEST(TimeFormat, RefusesWhatDoesNotFit) {
  EXPECT_EQ(formatted("%Y-%m-%d", "2018-05-21 10:00"), "refused");
  EXPECT_EQ(formatted("%Y-%m-%d", "2018-02-30"), "refused");
  EXPECT_EQ(formatted("%H:%M", "25:00"), "refused");
  EXPECT_EQ(formatted("%I %p", "0 AM"), "refused");
  EXPECT_EQ(formatted("%H %p", "13 PM"), "refused");
  EXPECT_EQ(formatted("%b", "Foo"), "refused");
  EXPECT_EQ(formatted("%Y %j", "2018 366"), "refused");
  EXPECT_EQ(formatted("%s", "99999999999999999999"), "refused");
  EXPECT_EQ(formatted("%Y", ""), "refused");
  EXPECT_EQ(formatted("%Q", ""), "the time format has an unknown letter: '%Q' in '%Q'");
  EXPECT_EQ(formatted("abc%", ""), "the time format has an unknown letter: '%' in 'abc%'");
  EXPECT_EQ(formatted("%ü %Y", ""), "the time format has an unknown letter: '%ü' in '%ü %Y'");
}

}  // namespace
}  // namespace rhumb
