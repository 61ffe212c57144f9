#include "base/time.h"

#include <set>

#include <gtest/gtest.h>

#include "base/id.h"
#include "base/result.h"

namespace rhumb {
namespace {

TEST(Time, DurationsInWords) {
  EXPECT_EQ(parse_duration("15 minutes"), 900'000'000);
  EXPECT_EQ(parse_duration("1.5h"), 5'400'000'000);
  EXPECT_EQ(parse_duration("2 Days"), 172'800'000'000);
  for (const char* bad : {"", "5", "-1 s", "5 fortnights", "nan s", "1e300 days"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Time, UtcText) {
  EXPECT_EQ(format_utc(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_utc(1'704'164'645'678'000), "2024-01-02T03:04:05.678Z");
  EXPECT_EQ(format_utc(-1000), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(days_from_civil(2000, 3, 1), 11017);
}

TEST(Id, IsUniqueAndSortsByTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(new_id());
  EXPECT_EQ(seen.size(), 10'000U);
  EXPECT_EQ(seen.begin()->size(), 26U);
}

TEST(Error, TextNamesPlaceCodeAndHint) {
  const Error error{
      Code::kUnknownKey, "unknown key `knid`", "did you mean `kind`?", {"rhumb.yaml", 3, 5}};
  EXPECT_EQ(error.text(),
            "rhumb.yaml:3:5: error[unknown-key]: unknown key `knid`\n  hint: did you mean `kind`?");
  EXPECT_EQ(exit_status(Code::kUnknownKey), 2);
  EXPECT_EQ(exit_status(Code::kCancelled), 130);
}

Result<int> half(int n) {
  if (n % 2 != 0) return Error{Code::kBadValue, "odd", "", {}};
  return n / 2;
}
Result<int> quarter(int n) {
  RHUMB_ASSIGN(const int once, half(n));
  RHUMB_ASSIGN(const int twice, half(once));
  return twice;
}

TEST(Result, PassesValuesAndErrorsOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().code, Code::kBadValue);
}

}  // namespace
}  // namespace rhumb
