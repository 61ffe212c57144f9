#include "io/pg/retry.h"

#include <gtest/gtest.h>

#include "io/pg/connect_failure.h"

namespace rhumb {
namespace {

TEST(PgRetryTest, EachKindHasItsRule) {
  EXPECT_EQ(pg_retry_rule("53300", false).give_up_s, 30);
  EXPECT_EQ(pg_retry_rule("57P01", true).sqlstate, "57P01");
  EXPECT_EQ(pg_retry_rule("", true).sqlstate, "08") << "a connection that broke without a word";
  EXPECT_EQ(pg_retry_rule("42601", true).sqlstate, "08");
  EXPECT_EQ(pg_retry_rule("53100", false).give_up_s, 0);
  EXPECT_EQ(pg_retry_rule("42601", false).give_up_s, 0) << "no rule";
}

TEST(PgRetryTest, PausesGrowAndEnd) {
  const PgRetryRule& rule = pg_retry_rule("53300", false);
  EXPECT_EQ(*pg_retry_pause(rule, 1), 0.25);
  EXPECT_EQ(*pg_retry_pause(rule, 2), 0.5);
  double slept = 0;
  int tries = 1;
  for (; const auto pause = pg_retry_pause(rule, tries); ++tries) slept += *pause;
  EXPECT_LE(slept, 30);
  EXPECT_GT(slept, 25);
  EXPECT_LT(tries, 20);
  EXPECT_FALSE(pg_retry_pause(pg_retry_rule("53100", false), 1).has_value());
}

TEST(PgRetryTest, AConnectionThatCannotBeMadeIsExplained) {
  const auto state = [](std::string_view message) {
    return explain_connect_failure(message).sqlstate;
  };
  EXPECT_EQ(state("connection to server failed: FATAL:  sorry, too many clients already"), "53300");
  EXPECT_EQ(state("FATAL:  the database system is starting up"), "57P03");
  EXPECT_EQ(state("... failed: Connection refused Is the server running"), "08001");
  EXPECT_EQ(state("FATAL:  password authentication failed for user \"x\""), "28P01");
  EXPECT_EQ(state("SSL error: certificate verify failed"), "28000");
  EXPECT_EQ(state("something new"), "");
  EXPECT_NE(
      explain_connect_failure("SSL error: certificate verify failed").hint.find("sslrootcert"),
      std::string_view::npos);
  EXPECT_FALSE(explain_connect_failure("something new").hint.empty());
}

}  // namespace
}  // namespace rhumb
