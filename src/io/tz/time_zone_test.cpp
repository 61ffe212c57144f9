#include "io/tz/time_zone.h"

#include <gtest/gtest.h>

#include <random>

namespace rhumb {
namespace {

constexpr Micros kSecond = 1'000'000, kHour = 3600 * kSecond, kDay = 24 * kHour;

Micros at(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  return days_from_civil(year, month, day) * kDay + hour * kHour + minute * (60 * kSecond);
}

TEST(TimeZone, KnowsItsNames) {
  EXPECT_TRUE(TimeZone::find("UTC").ok());
  for (const char* bad : {"", "Mars/Olympus", "america/new_york", "../../etc/passwd"}) {
    const auto zone = TimeZone::find(bad);
    ASSERT_FALSE(zone.ok()) << bad;
    EXPECT_EQ(zone.error().code, Code::kBadValue);
  }
}

TEST(TimeZone, FollowsTheClocks) {
  TimeZone zone = *TimeZone::find("America/New_York");
  EXPECT_EQ(zone.to_utc(at(2024, 1, 15, 12)), at(2024, 1, 15, 17));
  EXPECT_EQ(zone.to_utc(at(2024, 7, 15, 12)), at(2024, 7, 15, 16));
  // 2 to 3 o'clock does not exist on 10 March: moved on by the hour that was skipped.
  EXPECT_EQ(zone.to_utc(at(2024, 3, 10, 2, 30)), at(2024, 3, 10, 7, 30));
  EXPECT_EQ(zone.to_utc(at(2024, 3, 10, 3)), at(2024, 3, 10, 7));
  EXPECT_EQ(zone.to_utc(at(2024, 3, 10, 1, 59)), at(2024, 3, 10, 6, 59));
  // 1 to 2 o'clock comes twice on 3 November: the first, still in summer time.
  EXPECT_EQ(zone.to_utc(at(2024, 11, 3, 1, 30)), at(2024, 11, 3, 5, 30));
  EXPECT_EQ(zone.to_utc(at(2024, 11, 3, 2)), at(2024, 11, 3, 7));
}

TEST(TimeZone, RemembersNothingWrong) {
  // Whatever was asked before, the answer is that of a zone that was never asked.
  std::mt19937_64 random(11);
  for (const char* name : {"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC",
                           "Asia/Kathmandu", "Pacific/Apia"}) {
    TimeZone used = *TimeZone::find(name);
    for (int i = 0; i < 3000; ++i) {
      const Micros local =
          at(2010, 1, 1, 0) + static_cast<Micros>(random() % (15ULL * 365 * 24)) * kHour;
      TimeZone fresh = *TimeZone::find(name);
      ASSERT_EQ(used.to_utc(local), fresh.to_utc(local)) << name << " " << local;
    }
  }
}

TEST(TimeZone, TakesFarTimes) {
  TimeZone zone = *TimeZone::find("Europe/Berlin");
  EXPECT_EQ(zone.to_utc(at(9999, 12, 31, 12)), at(9999, 12, 31, 11));
  EXPECT_LT(zone.to_utc(at(1, 1, 1, 12)), at(1, 1, 1, 12));
}

}  // namespace
}  // namespace rhumb
