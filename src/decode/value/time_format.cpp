#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/time_scanner.h"
#include "decode/value/time_text.h"

namespace rhumb {
namespace {

constexpr Micros kSecond = 1'000'000;

constexpr auto kMonths =
    std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july",
                                     "august", "september", "october", "november", "december"});
constexpr auto kWeekdays = std::to_array<std::string_view>(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});

// The full name or its first three letters; position from 0.
template <size_t N>
bool read_name(TimeScanner& text, const std::array<std::string_view, N>& names, int& out) {
  for (size_t i = 0; i < N; ++i) {
    if (text.accept_ignoring_case(names[i]) || text.accept_ignoring_case(names[i].substr(0, 3))) {
      out = static_cast<int>(i);
      return true;
    }
  }
  return false;
}

// What the letters of a format have filled in.
class Fields {
 public:
  bool read(char letter, TimeScanner& text) {
    switch (letter) {
      case 'Y':
        return text.number(4, 4, year_);
      case 'y':
        return read_short_year(text);
      case 'm':
        return text.number(1, 2, month_);
      case 'd':
        return text.number(1, 2, day_);
      case 'H':
        return text.number(1, 2, hour_);
      case 'I':
        return text.number(1, 2, hour_) && hour_ >= 1 && hour_ <= 12;
      case 'M':
        return text.number(1, 2, minute_);
      case 'S':
        return text.number(1, 2, second_);
      case 'f':
        return text.fraction(fraction_);
      case 'p':
        return has_half_ = text.half_of_day(afternoon_);
      case 'B':
        return read_month_name(text);
      case 'A':
        return read_name(text, kWeekdays, ignored_);
      case 'j':
        return text.number(1, 3, day_of_year_);
      case 'z':
        return has_offset_ = text.offset(offset_);
      case 's':
        return read_epoch(text);
      default:
        return text.accept('%');
    }
  }

  bool finish(ParsedTime& out) {
    if (has_epoch_) {
      out = {.local = epoch_, .has_offset = true};
      return true;
    }
    if (has_half_) {
      if (hour_ < 1 || hour_ > 12) return false;
      hour_ = hour_ % 12 + (afternoon_ ? 12 : 0);
    }
    if (hour_ > 24 || minute_ > 59 || second_ > 60) return false;
    const int seconds = hour_ * 3600 + minute_ * 60 + second_;
    const Micros clock = seconds * kSecond + fraction_;
    if (hour_ == 24 && clock != 86'400 * kSecond) return false;
    if (!make_local(year_, month_, day_, clock, out.local)) return false;
    if (day_of_year_ > 0) {
      Micros ignored = 0;
      const bool leap = make_local(year_, 2, 29, 0, ignored);
      if (day_of_year_ > (leap ? 366 : 365)) return false;
      out.local += (day_of_year_ - 1) * (86'400 * kSecond);
    }
    out.has_offset = has_offset_;
    out.offset = offset_;
    return true;
  }

 private:
  // POSIX: 69 to 99 are the last century's.
  bool read_short_year(TimeScanner& text) {
    if (!text.number(2, 2, year_)) return false;
    year_ += year_ >= 69 ? 1900 : 2000;
    return true;
  }
  bool read_month_name(TimeScanner& text) {
    if (!read_name(text, kMonths, month_)) return false;
    ++month_;
    return true;
  }
  // Seconds since 1970 UTC, with a fraction if there is one.
  bool read_epoch(TimeScanner& text) {
    const bool before = text.accept('-');
    const size_t digits = text.digits();
    if (digits == 0 || digits > 12) return false;
    Micros seconds = 0;
    std::from_chars(text.rest().data(), text.rest().data() + digits, seconds);
    text.skip(digits);
    Micros fraction = 0;
    if (text.accept('.') && !text.fraction(fraction)) return false;
    epoch_ = (seconds * kSecond + fraction) * (before ? -1 : 1);
    return has_epoch_ = true;
  }

  int year_ = 1970, month_ = 1, day_ = 1, day_of_year_ = 0;
  int hour_ = 0, minute_ = 0, second_ = 0, ignored_ = 0;
  Micros fraction_ = 0, offset_ = 0, epoch_ = 0;
  bool afternoon_ = false, has_half_ = false, has_offset_ = false, has_epoch_ = false;
};

constexpr std::string_view kPlainLetters = "YymdHIMSfpBAjzs%";

// Short forms and synonyms, in the letters that Fields reads.
std::string_view written_out(char letter) {
  switch (letter) {
    case 'T':
      return "%H:%M:%S";
    case 'R':
      return "%H:%M";
    case 'F':
      return "%Y-%m-%d";
    case 'D':
      return "%m/%d/%y";
    case 'b':
    case 'h':
      return "%B";
    case 'a':
      return "%A";
    case 'e':
      return " %d";
    case 'n':
    case 't':
      return " ";
    default:
      return "";
  }
}

/// `at` is where the percent sign stands. The letter may be several bytes.
Error unknown_letter(std::string_view format, size_t at) {
  size_t end = std::min(at + 2, format.size());
  while (end < format.size() && (static_cast<unsigned char>(format[end]) & 0xC0) == 0x80) ++end;
  return {.code = Code::kBadValue,
          .message = fmt::format("the time format has an unknown letter: '{}' in '{}'",
                                 printable(format.substr(at, end - at)), printable(format)),
          .hint = "Known are Y y m d H I M S f p b B a A j z s e T R F D n t and %."};
}

}  // namespace

Result<TimeFormat> TimeFormat::compile(std::string_view format) {
  TimeFormat compiled;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      compiled.letters_ += format[i];
      continue;
    }
    const char letter = ++i < format.size() ? format[i] : '\0';
    if (letter != '\0' && kPlainLetters.find(letter) != std::string_view::npos) {
      compiled.letters_ += {'%', letter};
    } else if (!written_out(letter).empty()) {
      compiled.letters_ += written_out(letter);
    } else {
      return unknown_letter(format, i - 1);
    }
  }
  return compiled;
}

bool TimeFormat::parse(std::string_view text, ParsedTime& out) const {
  TimeScanner scanner(text);
  Fields fields;
  for (size_t i = 0; i < letters_.size(); ++i) {
    const char c = letters_[i];
    if (c == ' ') {
      scanner.skip_spaces();
    } else if (c == '%' ? !fields.read(letters_[++i], scanner) : !scanner.accept(c)) {
      return false;
    }
  }
  return scanner.done() && fields.finish(out);
}

}  // namespace rhumb
