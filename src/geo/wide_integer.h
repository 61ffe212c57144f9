#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rhumb {

/// A difference of two doubles, exactly: an integer times 2^-1074, the smallest double.
struct WideInteger {
  static constexpr size_t kWords = 33;       // 2^1024 / 2^-1074 and a carry take 2099 bits
  std::array<uint64_t, kWords> magnitude{};  // lowest word first
  bool negative = false;
};

/// a - b. REQUIRES: both are finite
[[nodiscard]] WideInteger difference(double a, double b);

/// The sign of a * b - c * d.
[[nodiscard]] int compare_products(const WideInteger& a, const WideInteger& b, const WideInteger& c,
                                   const WideInteger& d);

}  // namespace rhumb
