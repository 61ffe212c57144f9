#include "io/tz/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include <fmt/format.h>

namespace rhumb {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

Micros micros(seconds value) {
  return microseconds(value).count();
}

// The database's first and last intervals reach further than microseconds do.
Micros clamped(date::sys_seconds at) {
  constexpr auto kFar = std::chrono::hours(24 * 365 * 200'000);
  const seconds since = std::clamp<seconds>(at.time_since_epoch(), -kFar, kFar);
  return micros(since);
}

}  // namespace

Result<TimeZone> TimeZone::find(const std::string& name) {
  try {
    return TimeZone(date::locate_zone(name));
  } catch (const std::exception&) {
    return Error{.code = Code::kBadValue,
                 .message = fmt::format("there is no time zone '{}'", name),
                 .hint = "Use a name of the IANA database such as Europe/Berlin, or UTC."};
  }
}

Micros TimeZone::to_utc(Micros local) {
  if (local >= begin_ && local < end_) return local - offset_;
  const date::local_seconds wall{std::chrono::floor<seconds>(microseconds(local))};
  const date::local_info info = zone_->get_info(wall);
  // Before a gap and in the first of two equal hours the clock still has its old offset; with it a
  // skipped time comes out later by the gap.
  offset_ = micros(info.first.offset);
  if (info.result == date::local_info::unique) {
    // Half a day off both ends, where a neighbouring interval may claim the same wall time.
    constexpr Micros kMargin = 43'200'000'000;
    begin_ = clamped(info.first.begin) + offset_ + kMargin;
    end_ = clamped(info.first.end) + offset_ - kMargin;
  } else {
    begin_ = end_ = 0;
  }
  return local - offset_;
}

}  // namespace rhumb
