#include "base/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace rhumb {
namespace {

constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr uint64_t kExact = uint64_t{1} << 53;
constexpr int kMostDigits = 19;  // of an unsigned 64-bit number, whatever they are

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The parts of a number; the digits are cut to the first kMostDigits.
struct Parts {
  bool negative = false;
  uint64_t digits = 0;
  int count = 0;      ///< of digits behind leading zeros
  int exponent = 0;   ///< the value is digits * 10^exponent unless digits were cut
  bool plain = true;  ///< no exponent was written
};

// Returns what stands behind the digits, or nullptr when there are none.
const char* read_digits(const char* at, const char* end, Parts& out) {
  const char* const begin = at;
  for (; at < end && is_digit(*at); ++at) {
    if (out.count == 0 && *at == '0') continue;
    if (out.count++ < kMostDigits) out.digits = out.digits * 10 + static_cast<uint64_t>(*at - '0');
  }
  return at == begin ? nullptr : at;
}

const char* read_exponent(const char* at, const char* end, Parts& out) {
  if (at == end || (*at != 'e' && *at != 'E')) return at;
  ++at;
  out.plain = false;
  if (at < end && (*at == '+' || *at == '-')) ++at;
  const char* const begin = at;
  while (at < end && is_digit(*at)) ++at;
  return at == begin ? nullptr : at;
}

const char* read_parts(const char* at, const char* end, Parts& out) {
  if (at < end && *at == '-') {
    out.negative = true;
    ++at;
  }
  const char* const whole = at;
  at = read_digits(at, end, out);
  if (at == nullptr || (*whole == '0' && at > whole + 1)) return nullptr;
  if (at < end && *at == '.') {
    const char* const fraction = ++at;
    at = read_digits(at, end, out);
    if (at == nullptr) return nullptr;
    out.exponent = -static_cast<int>(at - fraction);
  }
  return read_exponent(at, end, out);
}

}  // namespace

bool read_number(const char*& at, const char* end, double& out) {
  Parts parts;
  const char* const stop = read_parts(at, end, parts);
  if (stop == nullptr) return false;
  if (parts.plain && parts.count <= kMostDigits && parts.digits <= kExact &&
      parts.exponent >= -22) {
    out = static_cast<double>(parts.digits) / kPowers.at(static_cast<size_t>(-parts.exponent));
    if (parts.negative) out = -out;
    at = stop;
    return true;
  }
  const auto [behind, error] = std::from_chars(at, stop, out);
  if (error != std::errc{} || behind != stop || !std::isfinite(out)) return false;
  at = stop;
  return true;
}

}  // namespace rhumb
