#include "engine/duckdb/statement.h"

#include <gtest/gtest.h>

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

TEST(PlaceAt, CountsLinesAndCharacters) {
  EXPECT_EQ(place_at("ab\nüxy", 0), (Place{.file = "", .line = 1, .column = 1}));
  EXPECT_EQ(place_at("ab\nüxy", 5), (Place{.file = "", .line = 2, .column = 2}));
  EXPECT_EQ(place_at("ab", 99), (Place{.file = "", .line = 1, .column = 3}));
}

}  // namespace
}  // namespace rhumb
