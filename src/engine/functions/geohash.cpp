#include "engine/functions/geohash.h"

#include <string_view>

namespace rhumb {
namespace {

struct Halving {
  double low;
  double high;

  // 1 when `value` is in the upper half, which then is the whole.
  unsigned step(double value) {
    const double middle = (low + high) / 2;
    if (value >= middle) {
      low = middle;
      return 1;
    }
    high = middle;
    return 0;
  }
};

}  // namespace

std::string geohash(double longitude, double latitude, int length) {
  constexpr std::string_view kAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
  constexpr int kBitsPerCharacter = 5;
  Halving x{.low = -180, .high = 180};
  Halving y{.low = -90, .high = 90};
  std::string out;
  bool is_longitude = true;
  for (int i = 0; i < length; ++i) {
    unsigned index = 0;
    for (int bit = 0; bit < kBitsPerCharacter; ++bit) {
      index = index << 1U | (is_longitude ? x.step(longitude) : y.step(latitude));
      is_longitude = !is_longitude;
    }
    out += kAlphabet[index];
  }
  return out;
}

}  // namespace rhumb
