#include "base/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace rhumb {
namespace {

constexpr std::array<double, 20> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                            1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                            1e14, 1e15, 1e16, 1e17, 1e18, 1e19};
constexpr uint64_t kExact = uint64_t{1} << 53;
constexpr ptrdiff_t kMostDigits = 19;  // of an unsigned 64-bit number, whatever they are

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Appends the digits at the front to `digits`, which wraps around behind kMostDigits of them.
const char* read_digits(const char* at, const char* end, uint64_t& digits) {
  for (; at < end && is_digit(*at); ++at) digits = digits * 10 + static_cast<uint64_t>(*at - '0');
  return at;
}

// Returns what stands behind the exponent, if there is one; nullptr when it is cut.
const char* pass_exponent(const char* at, const char* end) {
  if (at == end || (*at != 'e' && *at != 'E')) return at;
  ++at;
  if (at < end && (*at == '+' || *at == '-')) ++at;
  const char* const begin = at;
  while (at < end && is_digit(*at)) ++at;
  return at == begin ? nullptr : at;
}

}  // namespace

bool read_number(const char*& at, const char* end, double& out) {
  const bool negative = at < end && *at == '-';
  const char* const whole = at + (negative ? 1 : 0);
  uint64_t digits = 0;
  const char* behind = read_digits(whole, end, digits);
  if (behind == whole || (*whole == '0' && behind > whole + 1)) return false;
  ptrdiff_t count = behind - whole, decimals = 0;
  if (behind < end && *behind == '.') {
    const char* const fraction = behind + 1;
    behind = read_digits(fraction, end, digits);
    if (behind == fraction) return false;
    decimals = behind - fraction;
    count += decimals;
  }
  const char* const stop = pass_exponent(behind, end);
  if (stop == nullptr) return false;
  if (stop == behind && count <= kMostDigits && digits <= kExact) {
    out = static_cast<double>(digits) / kPowers.at(static_cast<size_t>(decimals));
    if (negative) out = -out;
  } else {
    const auto [read, error] = std::from_chars(at, stop, out);
    if (error != std::errc{} || read != stop || !std::isfinite(out)) return false;
  }
  at = stop;
  return true;
}

std::optional<double> read_float(std::string_view text) {
  float value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc{}) return std::nullopt;
  return static_cast<double>(value);
}

}  // namespace rhumb
