#include "geo/orientation.h"

#include <array>

#include "geo/wide_integer.h"

namespace rhumb {
namespace {

/// A number as the unevaluated sum of two doubles.
struct TwoPart {
  double high = 0;
  double low = 0;
};

// The error-free transformations of Shewchuk 1997 (after Knuth and Dekker): high + low is exactly
// the result as long as nothing overflows or underflows.
TwoPart exact_sum(double a, double b) {
  const double high = a + b;
  const double b_part = high - a;
  const double a_part = high - b_part;
  return {high, (a - a_part) + (b - b_part)};
}

TwoPart exact_product(double a, double b) {
  const double high = a * b;
  return {high, std::fma(a, b, -high)};
}

/// A sum of doubles that do not overlap, by growing magnitude (with zeros between them):
/// its sign is that of the last one that is not zero.
class Expansion {
 public:
  void add(double value) {
    for (size_t i = 0; i < size_; ++i) {
      const TwoPart sum = exact_sum(value, parts_[i]);
      parts_[i] = sum.low;
      value = sum.high;
    }
    parts_[size_++] = value;
  }

  /// Adds a * b * sign.
  void add_product(TwoPart a, TwoPart b, double sign) {
    for (const double left : {a.low, a.high}) {
      for (const double right : {b.low, b.high}) {
        const TwoPart product = exact_product(left, sign * right);
        add(product.low);
        add(product.high);
      }
    }
  }

  [[nodiscard]] int sign() const {
    for (size_t i = size_; i-- > 0;) {
      if (parts_[i] != 0) return parts_[i] > 0 ? 1 : -1;
    }
    return 0;
  }

 private:
  std::array<double, 16> parts_{};
  size_t size_ = 0;
};

// Within these, differences, products and their errors are neither too large nor too small for a
// double: every number is a multiple of 2^-452, every product of two differences one of 2^-904.
bool is_moderate(double value) {
  const double size = std::fabs(value);
  return size == 0 || (size > 0x1p-400 && size < 0x1p500);
}

int sign_by_expansion(Position a, Position b, Position c) {
  const TwoPart acx = exact_sum(a.x, -c.x), acy = exact_sum(a.y, -c.y);
  const TwoPart bcx = exact_sum(b.x, -c.x), bcy = exact_sum(b.y, -c.y);
  Expansion det;
  det.add_product(acx, bcy, 1);
  det.add_product(acy, bcx, -1);
  return det.sign();
}

int sign_by_integers(Position a, Position b, Position c) {
  return compare_products(difference(a.x, c.x), difference(b.y, c.y), difference(a.y, c.y),
                          difference(b.x, c.x));
}

}  // namespace

int exact_orientation(Position a, Position b, Position c) {
  bool moderate = true;
  for (const double value : {a.x, a.y, b.x, b.y, c.x, c.y}) moderate &= is_moderate(value);
  return moderate ? sign_by_expansion(a, b, c) : sign_by_integers(a, b, c);
}

}  // namespace rhumb
