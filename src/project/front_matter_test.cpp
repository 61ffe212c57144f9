#include "project/front_matter.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

SqlFile split_ok(std::string_view text) {
  auto parts = split_sql_file(text, "m.sql");
  EXPECT_TRUE(parts.ok()) << parts.error().text();
  return parts.ok() ? *std::move(parts) : SqlFile{};
}

std::string refusal(std::string_view text) {
  const auto parts = split_sql_file(text, "m.sql");
  return parts.ok() ? "taken" : parts.error().text();
}

std::string statement(std::string_view text) {
  const auto [first, end] = statement_range(text);
  return std::string(text.substr(first, end - first));
}

TEST(FrontMatter, IsTakenFromBetweenTheFences) {
  const SqlFile file =
      split_ok("\n-- ---\n-- kind: full\n--\n--key: a\n\n-- ---\n\nSELECT 1\nFROM t;\n");
  EXPECT_EQ(file.yaml, "kind: full\n\nkey: a\n\n");
  EXPECT_EQ(file.yaml_place, (Place{"m.sql", 2, 1}));
  EXPECT_EQ(file.yaml_origin.place(0, 6), (Place{"m.sql", 3, 10}));
  EXPECT_EQ(file.yaml_origin.place(2, 5), (Place{"m.sql", 5, 8})) << "no space after the dashes";
  EXPECT_EQ(file.sql, "SELECT 1\nFROM t");
  EXPECT_EQ(file.sql_place, (Place{"m.sql", 9, 1}));
}

TEST(FrontMatter, MayBeMissingOrEmpty) {
  EXPECT_FALSE(split_ok("SELECT 1").yaml);
  EXPECT_FALSE(split_ok("-- a comment\n-- -- ---\nSELECT 1").yaml);
  EXPECT_EQ(split_ok("-- ---\n-- ---\nSELECT 1").yaml, "");
  EXPECT_FALSE(split_ok("").yaml);
}

TEST(FrontMatter, WindowsLineEndsChangeNothing) {
  const SqlFile file = split_ok("-- ---\r\n-- kind: full\r\n-- ---\r\nSELECT 1;\r\n");
  EXPECT_EQ(file.yaml, "kind: full\n");
  EXPECT_EQ(file.sql, "SELECT 1");
  EXPECT_EQ(file.sql_place, (Place{"m.sql", 4, 1}));
}

TEST(FrontMatter, MistakesAreNotReadAsComments) {
  EXPECT_EQ(refusal("-- ---\n-- kind: full\nSELECT 1\n"),
            "m.sql:1:1: error[bad-yaml]: the front matter that begins here is not closed\n  hint: "
            "close it "
            "with a second line `-- ---`");
  EXPECT_EQ(refusal("-- ---\nkind: full\n-- ---\nSELECT 1\n"),
            "m.sql:2:1: error[bad-yaml]: every line of the front matter must begin with `--`\n  "
            "hint: begin "
            "it with `-- `, or close the front matter above with `-- ---`");
  EXPECT_EQ(refusal("-- Trips\n-- ---\n-- kind: full\n-- ---\nSELECT 1\n"),
            "m.sql:2:1: error[bad-yaml]: front matter must be the first thing in the file\n  hint: "
            "move it "
            "above the other comments");
  EXPECT_EQ(refusal("SELECT 1\n-- ---\n"), "taken") << "below the statement it is a comment";
}

TEST(Statement, LosesCommentsAroundItAndSemicolons) {
  EXPECT_EQ(statement("  SELECT 1 ; ; \n"), "SELECT 1");
  EXPECT_EQ(statement("-- a\n/* b /* nested */ */ SELECT 1 -- c\n/* d */;"), "SELECT 1");
  EXPECT_EQ(statement("SELECT ';' || \"--\" || $$;--$$ || $a$ $$; $a$"),
            "SELECT ';' || \"--\" || $$;--$$ || $a$ $$; $a$");
  EXPECT_EQ(statement("SELECT 'it''s; -- x'"), "SELECT 'it''s; -- x'");
  EXPECT_EQ(statement("SELECT E'\\'' || 'x -- y'"), "SELECT E'\\'' || 'x -- y'");
  EXPECT_EQ(statement("SELECT $1; SELECT 2;"), "SELECT $1; SELECT 2")
      << "the SQL parser refuses two";
  for (const char* text : {"", " \n", ";", "-- only\n", "/* only */", "-- no line end"}) {
    EXPECT_EQ(statement(text), "") << text;
  }
}

TEST(Statement, WhatIsNotClosedIsLeftToTheSqlParser) {
  for (const char* text :
       {"SELECT 'a", "SELECT \"a", "SELECT /* a", "SELECT $$ a", "/* a", "SELECT E'\\"}) {
    EXPECT_EQ(statement(text), text);
  }
}

TEST(Statement, PlaceOfTheFirstCharacter) {
  EXPECT_EQ(split_ok("/* x */ SELECT 1").sql_place, (Place{"m.sql", 1, 9}));
  EXPECT_EQ(split_ok("-- ---\n-- ---").sql_place, (Place{"m.sql", 2, 7})) << "end of the file";
}

}  // namespace
}  // namespace rhumb
