#include "base/sql_tokens.h"

#include <gtest/gtest.h>

#include <string>

namespace rhumb {
namespace {

std::vector<std::string> cut(std::string_view sql) {
  std::vector<std::string> out;
  for (const SqlToken& token : sql_tokens(sql))
    out.emplace_back(sql.substr(token.begin, token.end - token.begin));
  return out;
}

using Tokens = std::vector<std::string>;

TEST(SqlTokens, QuotesCommentsAndNumbersAreWhole) {
  EXPECT_EQ(cut("SELECT a1,'it''s' FROM \"x\"\"y\";"),
            (Tokens{"SELECT", "a1", ",", "'it''s'", "FROM", "\"x\"\"y\"", ";"}));
  EXPECT_EQ(cut("a--b\nc/*d/*e*/f*/g"), (Tokens{"a", "c", "g"}));
  EXPECT_EQ(cut("E'a\\'b' e'' x"), (Tokens{"E'a\\'b'", "e''", "x"}));
  EXPECT_EQ(cut("$$a;b$$ $t$ '$$' $t$ $1 $region"),
            (Tokens{"$$a;b$$", "$t$ '$$' $t$", "$", "1", "$", "region"}));
  EXPECT_EQ(cut("1.5e10 größe"), (Tokens{"1.5e10", "größe"}));
}

TEST(SqlTokens, UnterminatedPiecesEndWithTheText) {
  for (const char* sql :
       {"'abc", "\"abc", "/* abc", "/* /* */", "$$abc", "$t$abc$", "E'abc\\", "-- abc", "", "'"}) {
    for (const SqlToken& token : sql_tokens(sql))
      EXPECT_LE(token.end, std::string_view(sql).size()) << sql;
  }
}

TEST(StatementBody, LosesSemicolonsAndWhatFollows) {
  EXPECT_EQ(statement_body("SELECT 1; -- done\n ; "), "SELECT 1");
  EXPECT_EQ(statement_body("  SELECT ';' "), "  SELECT ';'");
  EXPECT_EQ(statement_body(" ;; "), "");
}

TEST(HasWord, LooksAtCodeOnly) {
  EXPECT_TRUE(has_word("SELECT * FROM a JOIN b", "join"));
  EXPECT_FALSE(has_word("SELECT 'join' -- join\n, \"join\", joined FROM a", "join"));
}

TEST(NamesInSchema, AreWithoutQuotes) {
  EXPECT_EQ(
      names_in_schema("FROM raw.trips, \"raw\".\"odd\"\"name\", raws.x, 'raw.y' -- raw.z", "raw"),
      (Tokens{"trips", "odd\"name"}));
  EXPECT_TRUE(names_in_schema("FROM trips", "raw").empty());
}

}  // namespace
}  // namespace rhumb
