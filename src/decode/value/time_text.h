#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace rhumb {

/// A moment as a text gives it: the wall clock it shows and, where the text says so, how far that
/// clock is ahead of UTC.
struct ParsedTime {
  Micros local = 0;  ///< microseconds since 1970-01-01 00:00:00 on that clock
  bool has_offset = false;
  Micros offset = 0;
};

/// Dates are `2024-01-02`, `2024/1/2`, `20240102` or `1/2/2024` (month first); years 1 to 9999. A
/// time may follow after a space or `T`: `8:30`, `08:30:05`, `08:30:05.123456`, with AM or PM, with
/// `Z`, `UTC`, `+02`, `+02:00`, `-0530`. Further digits of the second are rounded; 24:00 and a leap
/// second are the moment after. The whole text must fit.
[[nodiscard]] bool parse_timestamp(std::string_view text, ParsedTime& out);

/// A date, also with a time of midnight; days since 1970-01-01.
[[nodiscard]] bool parse_date(std::string_view text, int32_t& days);
/// A time of day as above without an offset; microseconds since midnight, below 24 hours.
[[nodiscard]] bool parse_clock(std::string_view text, Micros& out);

/// True for a date written month first, such as `1/2/2024`; nothing else in it tells the months
/// from the days.
[[nodiscard]] bool is_month_first(std::string_view text);
/// Month, day, hour, minute and second are checked; 24:00 and a leap second pass.
[[nodiscard]] bool make_local(int year, int month, int day, Micros clock, Micros& out);

/// A format in the letters of strptime: Y y m d H I M S f p b B a A j z s e T F D R n t %; all
/// other characters stand for themselves, a space for any number of spaces. Immutable, thread-safe.
class TimeFormat {
 public:
  /// kBadValue names the letter that is not known.
  static Result<TimeFormat> compile(std::string_view format);
  /// The whole text must fit.
  [[nodiscard]] bool parse(std::string_view text, ParsedTime& out) const;

 private:
  std::string letters_;  ///< the format with its short forms written out
};

}  // namespace rhumb
