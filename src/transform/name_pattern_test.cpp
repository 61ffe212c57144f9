#include "transform/name_pattern.h"

#include <string>

#include <gtest/gtest.h>

namespace rhumb {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto parsed = NamePattern::parse(pattern);
  if (!parsed) ADD_FAILURE() << pattern;
  return parsed && parsed->matches(text);
}

TEST(NamePattern, MatchesAnywhere) {
  EXPECT_TRUE(matches("are", "fare"));
  EXPECT_FALSE(matches("are", "fair"));
  EXPECT_TRUE(matches("", "x"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("A", "a"));
}

TEST(NamePattern, Anchors) {
  EXPECT_TRUE(matches("^fa", "fare"));
  EXPECT_FALSE(matches("^ar", "fare"));
  EXPECT_TRUE(matches("re$", "fare"));
  EXPECT_FALSE(matches("ar$", "fare"));
  EXPECT_TRUE(matches("^$", ""));
  EXPECT_FALSE(matches("^$", "a"));
}

TEST(NamePattern, Repetition) {
  EXPECT_TRUE(matches("^a.*z$", "abcz"));
  EXPECT_TRUE(matches("^a.*z$", "az"));
  EXPECT_FALSE(matches("^a.+z$", "az"));
  EXPECT_TRUE(matches("^ab?c$", "ac"));
  EXPECT_TRUE(matches("^ab?c$", "abc"));
  EXPECT_FALSE(matches("^ab?c$", "abbc"));
  EXPECT_TRUE(matches("^a+b*c$", "aaac"));
}

TEST(NamePattern, ClassesEscapesAndAlternatives) {
  EXPECT_TRUE(matches("^[a-c_]+$", "a_cb"));
  EXPECT_FALSE(matches("^[^0-9]+$", "a1"));
  EXPECT_TRUE(matches("_\\d\\d$", "x_12"));
  EXPECT_TRUE(matches("^a\\.b$", "a.b"));
  EXPECT_FALSE(matches("^a\\.b$", "axb"));
  EXPECT_TRUE(matches("^x|b$", "ab"));
  EXPECT_FALSE(matches("^x|b$", "ax"));
}

TEST(NamePattern, RefusesTheRest) {
  for (const char* pattern : {"(a)", "a{2}", "a**", "a*?", "*a", "[a", "[]", "\\b", "\\", "a\\|b",
                              "a^b", "a$b", "[[:alpha:]]", "\xc3\xbc", "(?i)a"}) {
    EXPECT_FALSE(NamePattern::parse(pattern).has_value()) << pattern;
  }
}

TEST(NamePattern, IsNotExponential) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(matches(pattern + "b$", std::string(200, 'a')));
}

}  // namespace
}  // namespace rhumb
