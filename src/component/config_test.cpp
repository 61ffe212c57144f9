#include "component/config.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

const Place kHere{"a.yaml", 2, 3};

Config scalar(std::string text) {
  return Config::scalar(std::move(text), kHere);
}

TEST(Config, AMapGivesItsEntriesAndNullForOthers) {
  Config map = Config::map({{"a", scalar("1")}, {"b", Config::list({}, {"a.yaml", 4, 5})}}, kHere);
  map.set_key_place("a", {"a.yaml", 2, 1});
  EXPECT_EQ(map["a"].text(), "1");
  EXPECT_EQ(map["b"].kind(), Config::Kind::kList);
  EXPECT_TRUE(map.has("a"));
  EXPECT_FALSE(map.has("c"));
  EXPECT_TRUE(map["c"].is_null());
  EXPECT_EQ(map["c"].place(), kHere);
  EXPECT_EQ(map["c"]["d"]["e"].place(), kHere);
  EXPECT_EQ(map.key_place("a"), (Place{"a.yaml", 2, 1}));
  EXPECT_EQ(map.key_place("b"), (Place{"a.yaml", 4, 5}))
      << "the value's, when the key's is unknown";
}

TEST(Config, AbsentEntriesOfTwoMapsDoNotMix) {
  const Config one = Config::map({}, {"one", 1, 1});
  const Config two = Config::map({}, {"two", 1, 1});
  const Config& absent = one["x"];
  EXPECT_EQ(two["x"].place().file, "two");
  EXPECT_EQ(absent.place().file, "one");
}

TEST(Config, ACopyOutlivesTheOriginal) {
  Config copy;
  {
    const Config original = Config::map({{"a", scalar("1")}}, kHere);
    copy = original;
  }
  EXPECT_EQ(copy["a"].text(), "1");
  EXPECT_TRUE(copy["b"].is_null());
}

TEST(Config, LookingIntoWhatIsNoMapGivesNull) {
  EXPECT_TRUE(scalar("x")["a"].is_null());
  EXPECT_TRUE(Config::list({scalar("x")}, kHere)["a"].is_null());
  EXPECT_TRUE(Config()["a"].is_null());
  EXPECT_FALSE(scalar("x").has("a"));
}

TEST(Config, TypedAccessFallsBackWhereNothingStands) {
  const Config nothing;
  EXPECT_EQ(nothing.as_text("x"), "x");
  EXPECT_TRUE(nothing.as_bool(true));
  EXPECT_EQ(nothing.as_integer(7), 7);
  EXPECT_EQ(nothing.as_number(0.5), 0.5);
  EXPECT_EQ(nothing.as_fraction(0.25), 0.25);
  EXPECT_EQ(nothing.as_bytes(9), 9U);
  EXPECT_TRUE(nothing.as_texts().empty());
  EXPECT_EQ(scalar("").as_text("x"), "") << "empty text is a value";
}

TEST(Config, TextsAreAListOrOneAlone) {
  EXPECT_EQ(scalar("a").as_texts(), std::vector<std::string>{"a"});
  const Config list = Config::list({scalar("a"), Config::list({}, kHere), scalar("b")}, kHere);
  EXPECT_EQ(list.as_texts(), (std::vector<std::string>{"a", "b"}));
}

TEST(Scalars, Booleans) {
  EXPECT_EQ(parse_boolean("true"), true);
  EXPECT_EQ(parse_boolean(" False "), false);
  for (const char* text : {"", "yes", "1", "truth"}) EXPECT_FALSE(parse_boolean(text)) << text;
}

TEST(Scalars, Integers) {
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("+3"), 3);
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  for (const char* text :
       {"", "+", "+-3", "--3", "1.0", "1e3", "0x10", "9223372036854775808", "1 2"}) {
    EXPECT_FALSE(parse_integer(text)) << text;
  }
}

TEST(Scalars, Numbers) {
  EXPECT_EQ(parse_number("1e3"), 1000);
  EXPECT_EQ(parse_number("-.5"), -0.5);
  for (const char* text : {"", "inf", "nan", "1e999", "1,5", "0x10", "1 m"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
}

TEST(Scalars, Fractions) {
  EXPECT_EQ(parse_fraction("5%"), 0.05);
  EXPECT_EQ(parse_fraction("0.05"), 0.05);
  EXPECT_EQ(parse_fraction("100 %"), 1.0);
  EXPECT_EQ(parse_fraction("0"), 0.0);
  for (const char* text : {"", "%", "101%", "1.01", "-1%", "5%%", "five"}) {
    EXPECT_FALSE(parse_fraction(text)) << text;
  }
}

TEST(Scalars, Sizes) {
  EXPECT_EQ(parse_size("4 GiB"), 4294967296U);
  EXPECT_EQ(parse_size("512MB"), 512000000U);
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("1.5 kib"), 1536U);
  EXPECT_EQ(parse_size("0"), 0U);
  for (const char* text : {"", "GiB", "-1 GiB", "4 GX", "99999999999 TiB", "1.2.3 MB", "1e3"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

}  // namespace
}  // namespace rhumb
