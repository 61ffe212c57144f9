#include "publish/postgis/numeric.h"

#include <array>
#include <string_view>

namespace rhumb {
namespace {

constexpr int kMaxDigits = 40;
constexpr int kGroup = 4;  // decimal digits per digit on the wire, which is to the base 10,000
constexpr uint64_t kTenTo19 = 10'000'000'000'000'000'000U;
constexpr int16_t kNegative = 0x4000;

__extension__ using Uint128 = unsigned __int128;

// Decimal digits, right-aligned in the array; division of 64 bits is far cheaper than of 128.
void write_digits(Uint128 value, std::array<char, kMaxDigits>& digits) {
  digits.fill(0);
  int at = kMaxDigits;
  while (value > 0) {
    uint64_t low = static_cast<uint64_t>(value % kTenTo19);
    value /= kTenTo19;
    const int stop = at - 19 > 0 ? at - 19 : 0;
    for (; at > stop; low /= 10) digits[static_cast<size_t>(--at)] = static_cast<char>(low % 10);
    if (at == 0) return;
  }
}

// Groups of four digits around the decimal point: at most 10 before it and 10 after it.
struct Groups {
  std::array<int16_t, 2 * kMaxDigits / kGroup + 2> value{};
  size_t count = 0;
  int weight = 0;  // of the first group: power of 10,000
};

Groups group_digits(const std::array<char, kMaxDigits>& digits, int scale) {
  Groups groups;
  const int point = kMaxDigits - scale;  // digits before it are the integral part
  const int before = (point + kGroup - 1) / kGroup;
  const int after = (scale + kGroup - 1) / kGroup;
  groups.weight = before - 1;
  for (int group = -before; group < after; ++group) {
    int value = 0;
    for (int i = 0; i < kGroup; ++i) {
      const int at = point + group * kGroup + i;
      const bool inside = at >= 0 && at < kMaxDigits;
      value = value * 10 + (inside ? digits[static_cast<size_t>(at)] : 0);
    }
    if (groups.count == 0 && value == 0) {
      --groups.weight;
    } else {
      groups.value[groups.count++] = static_cast<int16_t>(value);
    }
  }
  while (groups.count > 0 && groups.value[groups.count - 1] == 0) --groups.count;
  if (groups.count == 0) groups.weight = 0;
  return groups;
}

}  // namespace

void put_numeric(Int128 unscaled, int scale, PgBuffer& out) {
  const Uint128 magnitude =
      unscaled < 0 ? Uint128{0} - static_cast<Uint128>(unscaled) : static_cast<Uint128>(unscaled);
  std::array<char, kMaxDigits> digits;
  write_digits(magnitude, digits);
  const Groups groups = group_digits(digits, scale);
  out.put_length(8 + 2 * groups.count);
  out.put(static_cast<int16_t>(groups.count));
  out.put(static_cast<int16_t>(groups.weight));
  out.put(unscaled < 0 && groups.count > 0 ? kNegative : int16_t{0});
  out.put(static_cast<int16_t>(scale));
  for (size_t i = 0; i < groups.count; ++i) out.put(groups.value[i]);
}

}  // namespace rhumb
