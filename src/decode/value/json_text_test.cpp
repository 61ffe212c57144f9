#include "decode/value/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace rhumb {
namespace {

TEST(JsonText, TakesJson) {
  for (const char* good :
       {"null", "true", " false ", "0", "-1.5e+10", "\"\"", "\"a\\n\\u00e9\\\"\"", "[]", "{}",
        "[1, [2], {\"a\": []}]", "{\"a\":1,\"b\":{\"c\":null}}", "\"\\ud83d\\ude00\"", "1e400"}) {
    EXPECT_TRUE(is_json(good)) << good;
  }
}

TEST(JsonText, RefusesTheRest) {
  for (const char* bad : {"",
                          " ",
                          "nul",
                          "True",
                          "01",
                          "1.",
                          ".5",
                          "+1",
                          "-",
                          "1e",
                          "[1,]",
                          "[1 2]",
                          "{a:1}",
                          "{\"a\"}",
                          "{\"a\":1,}",
                          "\"",
                          "\"\\x\"",
                          "\"\\u12\"",
                          "\"\\u0000\"",
                          "\"\\ud83d\"",
                          "\"\\ude00\"",
                          "\"\\ud83dx\"",
                          "\"a\nb\"",
                          "[",
                          "{",
                          "1 2",
                          "'a'",
                          "NaN",
                          "[1]]"}) {
    EXPECT_FALSE(is_json(bad)) << bad;
  }
}

TEST(JsonText, StopsAtDeepNesting) {
  EXPECT_TRUE(is_json(std::string(500, '[') + std::string(500, ']')));
  EXPECT_FALSE(is_json(std::string(100'000, '[') + std::string(100'000, ']')));
  EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace rhumb
