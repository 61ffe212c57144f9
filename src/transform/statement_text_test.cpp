#include "transform/statement_text.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

TEST(StatementText, EndsAtTheSemicolon) {
  EXPECT_EQ(first_statement("SELECT 1"), "SELECT 1");
  EXPECT_EQ(first_statement("SELECT 1;"), "SELECT 1");
  EXPECT_EQ(first_statement("SELECT 1 ; -- done\n"), "SELECT 1 ");
  EXPECT_EQ(first_statement(""), "");
  EXPECT_EQ(first_statement(";"), "");
}

TEST(StatementText, SemicolonsInsideDoNotEndIt) {
  for (const char* sql : {"SELECT ';'", "SELECT 'it''s;'", "SELECT \"a;b\"", "SELECT 1 -- ; \n + 2",
                          "SELECT /* ; /* ; */ ; */ 1", "SELECT $$;$$", "SELECT $tag$ $$ ; $tag$",
                          "SELECT e'\\';'", "SELECT E'a\\\\' || ';'", "SELECT 1 -- ;",
                          "SELECT /* ;", "SELECT ';", "SELECT $$ ;", "SELECT /*/ ; */ 1"}) {
    EXPECT_EQ(first_statement(sql), sql);
  }
}

TEST(StatementText, WhatLooksLikeAQuoteButIsNone) {
  EXPECT_EQ(first_statement("SELECT $1; x"), "SELECT $1");
  EXPECT_EQ(first_statement("SELECT $name; $name"), "SELECT $name");
  EXPECT_EQ(first_statement("SELECT 'a\\'; b"), "SELECT 'a\\'");
  EXPECT_EQ(first_statement("SELECT a$b; $b"), "SELECT a$b");
  EXPECT_EQ(first_statement("SELECT type'\\'; b"), "SELECT type'\\'");
  EXPECT_EQ(first_statement("SELECT 4 / 2 - 1; x"), "SELECT 4 / 2 - 1");
}

TEST(StatementText, ACommentAtTheEndIsHarmless) {
  EXPECT_EQ(in_parentheses("SELECT 1 -- one"), "(\nSELECT 1 -- one\n)");
  EXPECT_EQ(in_parentheses("SELECT 1; -- one"), "(\nSELECT 1\n)");
}

}  // namespace
}  // namespace rhumb
