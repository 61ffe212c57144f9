#include "base/text.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(Text, NearestNameFindsTyposAndRefusesStrangers) {
  const std::vector<std::string> keys = {"description", "kind", "partition_by", "publish"};
  EXPECT_EQ(nearest_name("descripton", keys), "description");
  EXPECT_EQ(nearest_name("knid", keys), "kind");
  EXPECT_EQ(nearest_name("PUBLISH", keys), "publish");
  EXPECT_EQ(nearest_name("temperature", keys), "");
  EXPECT_EQ(nearest_name("", keys), "");
}

TEST(Text, GlobMatchesWholeNames) {
  EXPECT_TRUE(matches_glob("*.csv", "trips.csv"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_FALSE(matches_glob("*.csv", "trips.csv.gz"));
  EXPECT_TRUE(matches_glob("a?c[0-9][!x]*", "abc1yzzz"));
  EXPECT_FALSE(matches_glob("a?c[0-9][!x]*", "abc1x"));
  EXPECT_TRUE(matches_glob("[", "["));
  EXPECT_FALSE(matches_glob("", "a"));
  // A pattern that is exponential for a backtracking matcher.
  EXPECT_FALSE(matches_glob("*a*a*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}

TEST(Text, QuotingDoublesTheMark) {
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
}

TEST(Text, HumanFigures) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(5012400), "5,012,400");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1181116006), "1.1 GiB");
  EXPECT_EQ(human_seconds(0.003), "3 ms");
  EXPECT_EQ(human_seconds(8.4), "8.4 s");
  EXPECT_EQ(human_seconds(125), "2 min 5 s");
  EXPECT_EQ(human_seconds(7260), "2 h 1 min");
}

TEST(Text, Utf8FollowsTheStandard) {
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("z\xC3\xBCrich \xE6\x9D\xB1 \xF0\x9F\x97\xBA"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(is_utf8("cut \xE6\x9D"));
}

TEST(Text, PrintableIsSafeToShow) {
  EXPECT_EQ(printable("a\tb\x1b[31m"), "a\\x09b\\x1b[31m");
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("\xE6\x9D\xB1", 2), "...");
}

TEST(Text, PlacesCountLinesAndCharacters) {
  EXPECT_EQ(place_at("ab\nüxy", 0), (Place{.file = "", .line = 1, .column = 1}));
  EXPECT_EQ(place_at("ab\nüxy", 5), (Place{.file = "", .line = 2, .column = 2}));
  EXPECT_EQ(place_at("ab", 99), (Place{.file = "", .line = 1, .column = 3}));
  EXPECT_EQ(place_behind({"f", 7, 5}, "ab"), (Place{"f", 7, 7}));
  EXPECT_EQ(place_behind({"f", 7, 5}, "ab\nü"), (Place{"f", 8, 2}));
}

TEST(Text, OffsetsAreFoundAgain) {
  const std::string_view text = "ab\nüxy\n\nz";
  for (const size_t offset : {0U, 1U, 2U, 3U, 5U, 6U, 7U, 8U, 9U, 10U}) {
    const Place place = place_at(text, offset);
    EXPECT_EQ(offset_at(text, place.line, place.column), offset);
  }
  EXPECT_EQ(offset_at(text, 1, 99), 2U);
  EXPECT_EQ(offset_at(text, 99, 1), text.size());
}

TEST(Text, DidYouMean) {
  EXPECT_EQ(did_you_mean("regoin", {"region", "fare"}, "columns: region, fare"),
            "did you mean `region`?");
  EXPECT_EQ(did_you_mean("x", {"region", "fare"}, "columns: region, fare"),
            "columns: region, fare");
  EXPECT_EQ(did_you_mean("x", {}), "");
}

TEST(Text, SplitTrimJoin) {
  EXPECT_EQ(split("a||b", '|').size(), 3U);
  EXPECT_EQ(split("", '|').size(), 1U);
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
}

}  // namespace
}  // namespace rhumb
