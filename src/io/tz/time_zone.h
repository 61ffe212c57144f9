#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace date {
class time_zone;
}

namespace rhumb {

/// A zone of the system's IANA database. Cheap to copy; one copy per thread, as it remembers the
/// last interval it looked up.
class TimeZone {
 public:
  /// By IANA name (`America/New_York`); kBadValue when there is none of that name.
  static Result<TimeZone> find(const std::string& name);

  /// The instant a wall clock in the zone shows `local` (microseconds since 1970-01-01 00:00:00 on
  /// that clock). A time that a change of clocks skips is moved forward by what was skipped; of a
  /// time that comes twice, the first is taken.
  [[nodiscard]] Micros to_utc(Micros local);

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone_;
  // Local times in [begin_, end_) have this offset, without ambiguity.
  Micros begin_ = 0, end_ = 0;
  Micros offset_ = 0;
};

}  // namespace rhumb
