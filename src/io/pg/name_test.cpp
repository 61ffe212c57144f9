#include "io/pg/name.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

PgName name(const std::string& text) {
  const auto parsed = parse_pg_name(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? *parsed : PgName{};
}

TEST(PgNameTest, ReadsNamesAsSqlDoes) {
  EXPECT_EQ(name("trips"), (PgName{"", "trips"}));
  EXPECT_EQ(name(" Public.Trips_2$ "), (PgName{"public", "trips_2$"}));
  EXPECT_EQ(name("\"Odd schema\".\"a \"\"quoted\"\" name\""),
            (PgName{"Odd schema", "a \"quoted\" name"}));
  EXPECT_EQ(name("\"with.dot\""), (PgName{"", "with.dot"}));
  EXPECT_EQ(name("straße.größe"), (PgName{"straße", "größe"}));
}

TEST(PgNameTest, RefusesEverythingElse) {
  for (const char* text : {"", " ", ".", "a.", ".a", "a.b.c", "a b", "a;b", "1a", "\"open", "\"\"",
                           "a.\"\"", "a-b", "\"a\"b", "a'b", "v{version}", "a\xff"}) {
    EXPECT_FALSE(parse_pg_name(text).ok()) << text;
  }
}

TEST(PgNameTest, PrintsWhatReadsBackTheSame) {
  for (const PgName& each : {PgName{"", "plain"}, PgName{"a", "B"}, PgName{"x y", "q\"q"},
                             PgName{"1", "sel.ect"}, PgName{"ü", "ü$"}}) {
    EXPECT_EQ(name(each.text()), each) << each.text();
    EXPECT_EQ(name(each.quoted()), each) << each.quoted();
  }
  EXPECT_EQ((PgName{"a", "b"}).text(), "a.b");
  EXPECT_EQ((PgName{"a", "b\"c"}).quoted(), "\"a\".\"b\"\"c\"");
}

}  // namespace
}  // namespace rhumb
