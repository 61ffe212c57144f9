#include "decode/value/time_scanner.h"

#include "base/text.h"

namespace rhumb {
namespace {

constexpr Micros kMinute = 60'000'000;
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool TimeScanner::accept_ignoring_case(std::string_view word) {
  if (text_.size() < word.size()) return false;
  if (!equals_ignoring_case(text_.substr(0, word.size()), word)) return false;
  text_.remove_prefix(word.size());
  return true;
}

size_t TimeScanner::digits() const {
  size_t count = 0;
  while (count < text_.size() && is_digit(text_[count])) ++count;
  return count;
}

bool TimeScanner::number(size_t least, size_t most, int& out) {
  int value = 0;
  size_t used = 0;
  for (; used < most && used < text_.size() && is_digit(text_[used]); ++used) {
    value = value * 10 + (text_[used] - '0');
  }
  if (used < least) return false;
  text_.remove_prefix(used);
  out = value;
  return true;
}

bool TimeScanner::fraction(Micros& out) {
  const size_t count = digits();
  if (count == 0) return false;
  out = 0;
  for (size_t i = 0; i < 6; ++i) out = out * 10 + (i < count ? text_[i] - '0' : 0);
  if (count > 6 && text_[6] >= '5') ++out;
  text_.remove_prefix(count);
  return true;
}

bool TimeScanner::offset(Micros& out) {
  for (const std::string_view word : {"Z", "UTC", "GMT"}) {
    if (accept_ignoring_case(word)) {
      out = 0;
      return true;
    }
  }
  TimeScanner ahead = *this;
  const bool west = ahead.accept('-');
  if (!west && !ahead.accept('+')) return false;
  int hours = 0, minutes = 0;
  if (!ahead.number(2, 2, hours)) return false;
  const bool colon = ahead.accept(':');
  if ((colon || ahead.digits() > 0) && !ahead.number(2, 2, minutes)) return false;
  if (hours > 15 || minutes > 59) return false;
  out = (hours * 60 + minutes) * kMinute * (west ? -1 : 1);
  *this = ahead;
  return true;
}

bool TimeScanner::half_of_day(bool& afternoon) {
  for (const bool pm : {false, true}) {
    if (accept_ignoring_case(pm ? "PM" : "AM") || accept_ignoring_case(pm ? "P.M." : "A.M.")) {
      afternoon = pm;
      return true;
    }
  }
  return false;
}

}  // namespace rhumb
