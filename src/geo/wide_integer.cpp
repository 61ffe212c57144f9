#include "geo/wide_integer.h"

#include <cmath>
#include <compare>
#include <utility>

namespace rhumb {
namespace {

__extension__ using Wide = unsigned __int128;
using Magnitude = std::array<uint64_t, WideInteger::kWords>;

struct Product {
  std::array<uint64_t, 2 * WideInteger::kWords> magnitude{};
  int sign = 0;
};

template <size_t N>
std::strong_ordering compare(const std::array<uint64_t, N>& a, const std::array<uint64_t, N>& b) {
  for (size_t i = N; i-- > 0;) {
    if (a[i] != b[i]) return a[i] <=> b[i];
  }
  return std::strong_ordering::equal;
}

// |value| / 2^-1074.
Magnitude scaled(double value) {
  Magnitude out{};
  if (value == 0) return out;
  int exponent = 0;
  const double fraction = std::frexp(std::fabs(value), &exponent);  // in [0.5, 1)
  auto bits = static_cast<uint64_t>(std::ldexp(fraction, 53));
  int shift = exponent - 53 + 1074;
  if (shift < 0) {  // subnormal: the lowest bits are zeros
    bits >>= -shift;
    shift = 0;
  }
  const auto word = static_cast<size_t>(shift) / 64;
  const Wide placed = Wide{bits} << (shift % 64);
  out[word] = static_cast<uint64_t>(placed);
  if (word + 1 < out.size()) out[word + 1] = static_cast<uint64_t>(placed >> 64);
  return out;
}

Magnitude sum(const Magnitude& a, const Magnitude& b) {
  Magnitude out{};
  Wide carry = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    carry += Wide{a[i]} + b[i];
    out[i] = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  return out;
}

// REQUIRES: large >= small
Magnitude rest(const Magnitude& large, const Magnitude& small) {
  Magnitude out{};
  uint64_t borrow = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    const Wide taken = Wide{small[i]} + borrow;
    out[i] = large[i] - static_cast<uint64_t>(taken);
    borrow = Wide{large[i]} < taken ? 1 : 0;
  }
  return out;
}

size_t used_words(const Magnitude& value) {
  size_t words = value.size();
  while (words > 0 && value[words - 1] == 0) --words;
  return words;
}

Product multiply(const WideInteger& a, const WideInteger& b) {
  Product out;
  const size_t a_words = used_words(a.magnitude), b_words = used_words(b.magnitude);
  if (a_words == 0 || b_words == 0) return out;
  out.sign = a.negative == b.negative ? 1 : -1;
  for (size_t i = 0; i < a_words; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b_words; ++j) {
      const Wide step = Wide{a.magnitude[i]} * b.magnitude[j] + out.magnitude[i + j] + carry;
      out.magnitude[i + j] = static_cast<uint64_t>(step);
      carry = static_cast<uint64_t>(step >> 64);
    }
    out.magnitude[i + b_words] = carry;
  }
  return out;
}

int sign_of(std::strong_ordering order) {
  return order > 0 ? 1 : (order < 0 ? -1 : 0);
}

}  // namespace

WideInteger difference(double a, double b) {
  const Magnitude left = scaled(a), right = scaled(b);
  if (std::signbit(a) != std::signbit(b)) return {sum(left, right), std::signbit(a)};
  if (compare(left, right) >= 0) return {rest(left, right), std::signbit(a)};
  return {rest(right, left), !std::signbit(a)};
}

int compare_products(const WideInteger& a, const WideInteger& b, const WideInteger& c,
                     const WideInteger& d) {
  const Product left = multiply(a, b), right = multiply(c, d);
  if (left.sign != right.sign) return left.sign > right.sign ? 1 : -1;
  return left.sign * sign_of(compare(left.magnitude, right.magnitude));
}

}  // namespace rhumb
