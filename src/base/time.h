#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rhumb {

/// Microseconds since 1970-01-01 00:00:00 UTC.
using Micros = int64_t;

[[nodiscard]] Micros now_micros();
/// `2024-01-02T03:04:05.678Z`
[[nodiscard]] std::string format_utc(Micros at);

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
[[nodiscard]] int32_t days_from_civil(int year, unsigned month, unsigned day);

/// `15 minutes`, `90 s`, `1h`, `2 days` -> microseconds.
[[nodiscard]] std::optional<Micros> parse_duration(std::string_view text);

/// Wall-clock stopwatch, monotonic.
class Stopwatch {
 public:
  Stopwatch();
  [[nodiscard]] double seconds() const;

 private:
  int64_t start_ns_;
};

}  // namespace rhumb
