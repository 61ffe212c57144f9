#include "source/postgres/numeric_decode.h"

#include <cstdint>

#include "io/pg/wire.h"

namespace rhumb {
namespace {

constexpr uint16_t kNegative = 0x4000;
constexpr uint16_t kSpecial = 0xC000;  // NaN, infinity, -infinity
constexpr int kGroup = 4;              // decimal digits per digit on the wire
constexpr size_t kHeader = 8;

Error bad(const char* what) {
  return Error{Code::kBadValue, what, "", {}};
}

__extension__ using Uint128 = unsigned __int128;

// Up to 38 digits fit.
Uint128 largest() {
  Uint128 value = 1;
  for (int i = 0; i < 38; ++i) value *= 10;
  return value - 1;
}

// value * 10^power, or nothing when it does not fit.
std::optional<Uint128> scaled(Uint128 value, int power) {
  const Uint128 limit = largest();
  for (; power > 0 && value != 0; --power) {
    if (value > limit / 10) return std::nullopt;
    value *= 10;
  }
  return value;
}

}  // namespace

Result<std::optional<Int128>> decode_numeric(std::string_view bytes, int scale) {
  if (bytes.size() < kHeader) return bad("a numeric is cut off");
  const auto count = load_big_endian<uint16_t>(bytes.data());
  const auto weight = load_big_endian<int16_t>(bytes.data() + 2);
  const auto sign = load_big_endian<uint16_t>(bytes.data() + 4);
  if ((sign & kSpecial) == kSpecial) return std::optional<Int128>();
  if (bytes.size() != kHeader + size_t{2} * count) return bad("a numeric is malformed");
  Uint128 value = 0;
  // Decimals that the digits read so far have, negative while the point is not reached.
  int decimals = -(weight + 1) * kGroup;
  for (size_t i = 0; i < count; ++i) {
    const auto digit = load_big_endian<uint16_t>(bytes.data() + kHeader + 2 * i);
    if (digit > 9999) return bad("a numeric is malformed");
    decimals += kGroup;
    // The last group may reach beyond the scale with zeros only.
    int keep = kGroup;
    unsigned part = digit;
    for (; decimals > scale && keep > 0; --keep, --decimals, part /= 10) {
      if (part % 10 != 0) return bad("a numeric has more decimals than its column's type");
    }
    const auto moved = scaled(value, keep);
    if (!moved || *moved > largest() - part) return bad("a numeric has more than 38 digits");
    value = *moved + part;
  }
  const auto whole = scaled(value, scale - decimals);
  if (!whole) return bad("a numeric has more than 38 digits");
  const auto signed_value = static_cast<Int128>(*whole);
  return std::optional<Int128>(sign == kNegative ? -signed_value : signed_value);
}

}  // namespace rhumb
