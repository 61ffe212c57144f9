#pragma once

#include <cmath>

#include "geo/wkb.h"

namespace rhumb {

/// The same as orientation, always by exact arithmetic; some hundred times slower.
/// REQUIRES: finite coordinates
[[nodiscard]] int exact_orientation(Position a, Position b, Position c);

/// On which side of the line from a to b lies c: 1 left (a, b, c turn counter-clockwise), -1 right,
/// 0 exactly on it. Right for every finite double, subnormal and huge ones included.
///
/// The determinant in doubles decides when it is larger than its rounding error can be, by the
/// bound A of J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic and Fast Robust
/// Geometric Predicates, Discrete & Computational Geometry 18 (1997). The constant added covers
/// products that underflow; what overflows compares false.
[[nodiscard]] inline int orientation(Position a, Position b, Position c) {
  constexpr double kBoundA = 3.3306690738754716e-16;  // (3 + 16 u) u, u = 2^-53
  constexpr double kUnderflow = 1e-300;
  const double left = (a.x - c.x) * (b.y - c.y);
  const double right = (a.y - c.y) * (b.x - c.x);
  const double det = left - right;
  if (std::fabs(det) > kBoundA * (std::fabs(left) + std::fabs(right)) + kUnderflow) {
    return det > 0 ? 1 : -1;
  }
  return exact_orientation(a, b, c);
}

/// Whether c is a point of the segment from a to b, its ends included; exact.
[[nodiscard]] inline bool on_segment(Position a, Position b, Position c) {
  const bool in_x = (a.x <= c.x && c.x <= b.x) || (b.x <= c.x && c.x <= a.x);
  const bool in_y = (a.y <= c.y && c.y <= b.y) || (b.y <= c.y && c.y <= a.y);
  return in_x && in_y && orientation(a, b, c) == 0;
}

}  // namespace rhumb
