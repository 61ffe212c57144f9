#include "decode/plt/plt_point.h"

#include <array>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"

namespace rhumb {
namespace {

constexpr size_t kFields = 7;
constexpr double kMetresPerFoot = 0.3048;
constexpr double kNoAltitude = -777;
constexpr Micros kDay = 86'400'000'000;
constexpr Micros kSecond = 1'000'000;
constexpr int32_t kDaysTo1970 = 25'569;  // from 1899-12-30
constexpr size_t kShown = 80;

constexpr std::string_view kDatePattern = "0000-00-00", kTimePattern = "00:00:00";

bool in_range(double value, double most) {
  return value >= -most && value <= most;
}

// Digits and separators of `pattern`, a 0 standing for any digit.
bool fits(const char* text, std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = static_cast<unsigned char>(text[i] - '0') < 10;
    if (pattern[i] == '0' ? !digit : text[i] != pattern[i]) return false;
  }
  return true;
}

int two_digits(const char* text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays.at(static_cast<size_t>(month) - 1);
}

/// Microseconds to the beginning of a day that fits kDatePattern; false when there is none.
bool read_date(const char* text, Micros& out) {
  const int year = two_digits(text) * 100 + two_digits(text + 2);
  const int month = two_digits(text + 5), day = two_digits(text + 8);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return false;
  out = days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)) * kDay;
  return true;
}

/// Microseconds since midnight of what fits kTimePattern.
bool read_time(const char* text, Micros& out) {
  const int hour = two_digits(text), minute = two_digits(text + 3), second = two_digits(text + 6);
  if (hour > 23 || minute > 59 || second > 59) return false;
  out = ((hour * 60 + minute) * 60 + second) * kSecond;
  return true;
}

std::optional<double> altitude_of(double feet) {
  return feet == kNoAltitude ? std::nullopt : std::optional(feet * kMetresPerFoot);
}

/// Days since 1899-12-30 mean the same as `time`.
bool agree(double days, Micros time) {
  const double seconds = (days - kDaysTo1970) * (static_cast<double>(kDay) / kSecond);
  return std::abs(seconds - static_cast<double>(time) / kSecond) <= 1;
}

constexpr std::array<const char*, kFields> kNames = {"latitude", "longitude", "",    "altitude_m",
                                                     "days",     "date",      "time"};

class PltLine {
 public:
  PltLine(std::string_view line, PltFault& fault) : line_(line), fault_(fault) {}

  bool read(PltPoint& out) {
    if (!cut()) return false;
    double ignored = 0, feet = 0, days = 0;
    if (!number(0, out.at.y) || !number(1, out.at.x) || !number(2, ignored) || !number(3, feet) ||
        !number(4, days) || !moment(out.time) || !on_earth(out.at)) {
      return false;
    }
    out.altitude = altitude_of(feet);
    return agree(days, out.time) ||
           refuse(RejectReason::kBadDate, 4,
                  fmt::format("expected days that mean {}, found {}",
                              format_utc(out.time).substr(0, 19), printable(fields_[4], kShown)));
  }

 private:
  bool refuse(RejectReason reason, size_t field, std::string message) {
    fault_ = {.reason = reason,
              .message = std::move(message),
              .field = kNames.at(field),
              .column = static_cast<size_t>(fields_.at(field).data() - line_.data()) + 1};
    return false;
  }

  bool cut() {
    size_t count = 0, from = 0;
    for (;;) {
      const size_t comma = std::min(line_.find(',', from), line_.size());
      if (count < kFields) fields_.at(count) = line_.substr(from, comma - from);
      ++count;
      if (comma == line_.size()) break;
      from = comma + 1;
    }
    if (count == kFields) return true;
    fault_ = {
        .reason = count < kFields ? RejectReason::kTooFewFields : RejectReason::kTooManyFields,
        .message = fmt::format("expected {} fields, found {}", kFields, count)};
    return false;
  }

  bool number(size_t field, double& out) {
    const std::string_view text = fields_.at(field);
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end && *at == ' ') ++at;
    if (read_number(at, end, out)) {
      while (at < end && *at == ' ') ++at;
      if (at == end) return true;
    }
    return refuse(
        RejectReason::kBadNumber, field,
        fmt::format("expected a number such as 39.97, found '{}'", printable(text, kShown)));
  }

  bool on_earth(Position at) {
    if (!in_range(at.y, 90)) {
      return refuse(RejectReason::kOutOfRange, 0,
                    fmt::format("expected a latitude from -90 to 90, found {}", at.y));
    }
    if (in_range(at.x, 180)) return true;
    return refuse(RejectReason::kOutOfRange, 1,
                  fmt::format("expected a longitude from -180 to 180, found {}", at.x));
  }

  bool moment(Micros& out) {
    const std::string_view date = trim(fields_[5]), time = trim(fields_[6]);
    Micros days = 0, clock = 0;
    if (date.size() != kDatePattern.size() || !fits(date.data(), kDatePattern) ||
        !read_date(date.data(), days)) {
      return bad_date(5, "a date such as 2008-10-24");
    }
    if (time.size() != kTimePattern.size() || !fits(time.data(), kTimePattern) ||
        !read_time(time.data(), clock)) {
      return bad_date(6, "a time such as 02:09:59");
    }
    out = days + clock;
    return true;
  }
  bool bad_date(size_t field, std::string_view expected) {
    return refuse(
        RejectReason::kBadDate, field,
        fmt::format("expected {}, found '{}'", expected, printable(fields_.at(field), kShown)));
  }

  std::string_view line_;
  PltFault& fault_;
  std::array<std::string_view, kFields> fields_;
};

}  // namespace

bool read_plt_point(std::string_view line, PltPoint& out, PltFault& fault) {
  return PltLine(line, fault).read(out);
}

const char* read_plain_plt_point(const char* at, const char* end, PltPoint& out) {
  const auto number = [&](double& to) {
    return read_number(at, end, to) && at < end && *at++ == ',';
  };
  double ignored = 0, feet = 0, days = 0;
  if (!number(out.at.y) || !number(out.at.x) || !number(ignored) || !number(feet) ||
      !number(days) || !in_range(out.at.y, 90) || !in_range(out.at.x, 180)) {
    return nullptr;
  }
  constexpr ptrdiff_t kMoment = 19;
  if (end - at < kMoment || !fits(at, kDatePattern) || at[10] != ',' ||
      !fits(at + 11, kTimePattern)) {
    return nullptr;
  }
  Micros date = 0, time = 0;
  if (!read_date(at, date) || !read_time(at + 11, time)) return nullptr;
  out.time = date + time;
  out.altitude = altitude_of(feet);
  return agree(days, out.time) ? at + kMoment : nullptr;
}

}  // namespace rhumb
