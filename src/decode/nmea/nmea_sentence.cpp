#include "decode/nmea/nmea_sentence.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/number_text.h"
#include "decode/value/time_text.h"

namespace rhumb {
namespace {

constexpr double kMetresPerSecondPerKnot = 1852.0 / 3600.0;
constexpr Micros kSecond = 1'000'000;
constexpr size_t kShown = 40;

class SentenceReader {
 public:
  SentenceReader(NmeaFacts& out, std::string& fault) : out_(out), fault_(fault) {}

  bool read(std::string_view line) {
    line = trim(line);
    if (line.size() < 6 || (line[0] != '$' && line[0] != '!')) {
      return refuse("expected a sentence such as $GPGGA,...*47");
    }
    line.remove_prefix(1);
    if (!check_sum(line)) return false;
    fields_ = split(line, ',');
    const std::string_view name = fields_[0];
    out_.type = name.size() < 5 || name[0] == 'P' ? name : name.substr(2);
    if (!is_utf8(out_.type) || name.empty()) return refuse("the sentence has no name");
    if (out_.type == "GGA") return gga();
    if (out_.type == "RMC") return rmc();
    return true;
  }

 private:
  bool refuse(std::string message) {
    fault_ = std::move(message);
    return false;
  }
  bool refuse(std::string_view expected, std::string_view found) {
    return refuse(fmt::format("expected {}, found '{}'", expected, printable(found, kShown)));
  }

  // The exclusive or of all characters between $ and *, in two hexadecimal digits.
  bool check_sum(std::string_view& line) {
    const size_t star = line.rfind('*');
    if (star == std::string_view::npos) return true;
    unsigned sum = 0, given = 0;
    for (const char c : line.substr(0, star)) sum ^= static_cast<unsigned char>(c);
    const std::string_view digits = trim(line.substr(star + 1));
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, given, 16);
    if (digits.size() != 2 || error != std::errc{} || stop != end) {
      return refuse("a checksum of two digits", digits);
    }
    line = line.substr(0, star);
    return sum == given ||
           refuse(fmt::format("the checksum is {:02X}, and the text's is {:02X}: the "
                              "sentence was damaged",
                              given, sum));
  }

  [[nodiscard]] std::string_view field(size_t index) const {
    return index < fields_.size() ? trim(fields_[index]) : std::string_view();
  }

  bool gga() {
    if (fields_.size() < 10)
      return refuse(fmt::format("expected 15 fields, found {}", fields_.size()));
    if (!clock(1) || !position(2) || !whole(6, out_.quality) || !whole(7, out_.satellites) ||
        !number(8, out_.hdop) || !number(9, out_.altitude)) {
      return false;
    }
    if (out_.quality) out_.valid = *out_.quality > 0;
    return true;
  }

  bool rmc() {
    if (fields_.size() < 10)
      return refuse(fmt::format("expected 12 fields, found {}", fields_.size()));
    if (!clock(1) || !position(3) || !number(7, out_.speed) || !number(8, out_.course) ||
        !date(9)) {
      return false;
    }
    const std::string_view status = field(2);
    if (!status.empty() && status != "A" && status != "V")
      return refuse("a status of A or V", status);
    if (!status.empty()) out_.valid = status == "A";
    if (out_.speed) *out_.speed *= kMetresPerSecondPerKnot;
    return true;
  }

  bool number(size_t index, std::optional<double>& out) {
    if (field(index).empty()) return true;
    double value = 0;
    if (!parse_double(field(index), value)) return refuse("a number", field(index));
    out = value;
    return true;
  }

  bool whole(size_t index, std::optional<int>& out) {
    if (field(index).empty()) return true;
    int64_t value = 0;
    if (!parse_integer(field(index), value) || value < 0 || value > 999) {
      return refuse("a small whole number", field(index));
    }
    out = static_cast<int>(value);
    return true;
  }

  static bool two_digits(std::string_view text, size_t at, int& out) {
    if (at + 2 > text.size()) return false;
    const auto digit = [&](size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    out = (text[at] - '0') * 10 + (text[at + 1] - '0');
    return digit(at) && digit(at + 1);
  }

  // hhmmss, hhmmss.sss
  bool clock(size_t index) {
    const std::string_view text = field(index);
    if (text.empty()) return true;
    int hour = 0, minute = 0;
    double second = 0;
    if (!two_digits(text, 0, hour) || !two_digits(text, 2, minute) || text.size() < 6 ||
        !parse_double(text.substr(4), second) || hour > 23 || minute > 59 || second < 0 ||
        second >= 61) {
      return refuse("a time such as 123519.00", text);
    }
    out_.clock = (hour * 60 + minute) * 60 * kSecond + std::llround(second * kSecond);
    return true;
  }

  // ddmmyy; the century is that of satellite navigation.
  bool date(size_t index) {
    const std::string_view text = field(index);
    if (text.empty()) return true;
    int day = 0, month = 0, year = 0;
    Micros at = 0;
    if (text.size() != 6 || !two_digits(text, 0, day) || !two_digits(text, 2, month) ||
        !two_digits(text, 4, year) ||
        !make_local(year < 80 ? 2000 + year : 1900 + year, month, day, 0, at)) {
      return refuse("a date such as 230394", text);
    }
    out_.date = static_cast<int32_t>(at / (86'400 * kSecond));
    return true;
  }

  // ddmm.mmmm,N,dddmm.mmmm,E
  bool position(size_t index) {
    if (field(index).empty() && field(index + 2).empty()) return true;
    Position at;
    if (!angle(field(index), field(index + 1), "NS", 90, at.y) ||
        !angle(field(index + 2), field(index + 3), "EW", 180, at.x)) {
      return false;
    }
    out_.at = at;
    return true;
  }

  bool angle(std::string_view text, std::string_view side, std::string_view sides, double most,
             double& out) {
    double value = 0;
    if (!parse_double(text, value) || value < 0) {
      return refuse("degrees and minutes such as 4807.038", text);
    }
    if (side.size() != 1 || sides.find(side[0]) == std::string_view::npos) {
      return refuse(fmt::format("{} or {}", sides[0], sides[1]), side);
    }
    const double degrees = std::floor(value / 100), minutes = value - degrees * 100;
    out = degrees + minutes / 60;
    if (minutes >= 60 || out > most) {
      return refuse(fmt::format("an angle of up to {} degrees with minutes below 60", most), text);
    }
    if (side[0] == sides[1]) out = -out;
    return true;
  }

  NmeaFacts& out_;
  std::string& fault_;
  std::vector<std::string_view> fields_;
};

}  // namespace

bool read_nmea_sentence(std::string_view line, NmeaFacts& out, std::string& fault) {
  out = {};
  return SentenceReader(out, fault).read(line);
}

}  // namespace rhumb
