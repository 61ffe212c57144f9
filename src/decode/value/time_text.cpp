#include "decode/value/time_text.h"

#include "decode/value/time_scanner.h"

namespace rhumb {
namespace {

constexpr Micros kSecond = 1'000'000;
constexpr Micros kMinute = 60 * kSecond;
constexpr Micros kHour = 60 * kMinute;
constexpr Micros kDay = 24 * kHour;

struct Date {
  int year = 0, month = 0, day = 0;
};

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

bool to_days(const Date& date, int32_t& days) {
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1) return false;
  if (date.day > days_in_month(date.year, date.month)) return false;
  days = days_from_civil(date.year, static_cast<unsigned>(date.month),
                         static_cast<unsigned>(date.day));
  return true;
}

// `2024-01-02`, `2024/1/2`; the separator must be the same twice.
bool read_year_first(TimeScanner& text, Date& date) {
  if (!text.number(4, 4, date.year)) return false;
  const char separator = text.front();
  if (separator != '-' && separator != '/') return false;
  return text.accept(separator) && text.number(1, 2, date.month) && text.accept(separator) &&
         text.number(1, 2, date.day);
}

bool read_month_first(TimeScanner& text, Date& date) {
  return text.number(1, 2, date.month) && text.accept('/') && text.number(1, 2, date.day) &&
         text.accept('/') && text.digits() == 4 && text.number(4, 4, date.year);
}

bool read_compact(TimeScanner& text, Date& date) {
  return text.number(4, 4, date.year) && text.number(2, 2, date.month) &&
         text.number(2, 2, date.day);
}

bool read_date(TimeScanner& text, int32_t& days) {
  Date date;
  bool read = false;
  switch (text.digits()) {
    case 8:
      read = read_compact(text, date);
      break;
    case 4:
      read = read_year_first(text, date);
      break;
    case 1:
    case 2:
      read = read_month_first(text, date);
      break;
    default:
      break;
  }
  return read && to_days(date, days);
}

// Up to and including 24:00:00, the moment after the day.
bool clock_micros(int hour, int minute, int second, Micros fraction, Micros& out) {
  if (hour > 24 || minute > 59 || second > 60) return false;
  out = hour * kHour + minute * kMinute + second * kSecond + fraction;
  return hour < 24 || out == kDay;
}

bool read_clock(TimeScanner& text, Micros& out) {
  int hour = 0, minute = 0, second = 0;
  Micros fraction = 0;
  if (!text.number(1, 2, hour) || !text.accept(':') || !text.number(2, 2, minute)) return false;
  if (text.accept(':')) {
    if (!text.number(2, 2, second)) return false;
    if ((text.accept('.') || text.accept(',')) && !text.fraction(fraction)) return false;
  }
  TimeScanner ahead = text;
  bool afternoon = false;
  ahead.skip_spaces();
  if (ahead.half_of_day(afternoon)) {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (afternoon ? 12 : 0);
    text = ahead;
  }
  return clock_micros(hour, minute, second, fraction, out);
}

int two(const char* p) {
  return (p[0] - '0') * 10 + (p[1] - '0');
}

// Every digit of `2024-01-02 08:30:05` tested at once by the caller's mask is not worth it: the
// compiler turns this into a few dozen instructions without a branch that misses.
bool has_plain_shape(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddsdd:dd:dd";
  if (text.size() != kShape.size()) return false;
  bool fits = true;
  for (size_t i = 0; i < kShape.size(); ++i) {
    const char c = text[i];
    switch (kShape[i]) {
      case 'd':
        fits &= static_cast<unsigned char>(c - '0') <= 9;
        break;
      case 's':
        fits &= c == ' ' || c == 'T';
        break;
      default:
        fits &= c == kShape[i];
        break;
    }
  }
  return fits;
}

bool parse_plain(const char* p, ParsedTime& out) {
  const Date date{two(p) * 100 + two(p + 2), two(p + 5), two(p + 8)};
  int32_t days = 0;
  Micros clock = 0;
  if (!to_days(date, days)) return false;
  if (!clock_micros(two(p + 11), two(p + 14), two(p + 17), 0, clock)) return false;
  out = {.local = days * kDay + clock};
  return true;
}

}  // namespace

bool parse_timestamp(std::string_view text, ParsedTime& out) {
  if (has_plain_shape(text)) return parse_plain(text.data(), out);
  TimeScanner scanner(text);
  int32_t days = 0;
  if (!read_date(scanner, days)) return false;
  out = {.local = days * kDay};
  if (scanner.done()) return true;
  if (scanner.front() == ' ') {
    scanner.skip_spaces();
  } else if (!scanner.accept('T') && !scanner.accept('t')) {
    return false;
  }
  Micros clock = 0;
  if (!read_clock(scanner, clock)) return false;
  out.local += clock;
  if (scanner.done()) return true;
  scanner.skip_spaces();
  out.has_offset = scanner.offset(out.offset);
  return out.has_offset && scanner.done();
}

bool parse_date(std::string_view text, int32_t& days) {
  TimeScanner scanner(text);
  if (read_date(scanner, days) && scanner.done()) return true;
  ParsedTime moment;
  if (!parse_timestamp(text, moment) || moment.has_offset || moment.local % kDay != 0) return false;
  days = static_cast<int32_t>(moment.local / kDay);
  return true;
}

bool parse_clock(std::string_view text, Micros& out) {
  TimeScanner scanner(text);
  return read_clock(scanner, out) && scanner.done() && out < kDay;
}

bool is_month_first(std::string_view text) {
  const size_t digits = TimeScanner(text).digits();
  return (digits == 1 || digits == 2) && digits < text.size() && text[digits] == '/';
}

bool make_local(int year, int month, int day, Micros clock, Micros& out) {
  int32_t days = 0;
  if (!to_days({year, month, day}, days)) return false;
  out = days * kDay + clock;
  return true;
}

}  // namespace rhumb
