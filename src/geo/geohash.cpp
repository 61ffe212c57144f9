#include "geo/geohash.h"

#include <cstddef>
#include <cstdint>

namespace rhumb {
namespace {

constexpr std::string_view kAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
constexpr unsigned kBitsPerCharacter = 5;

struct Halving {
  double low;
  double high;

  void take_half(bool upper) { (upper ? low : high) = (low + high) / 2; }
  // Whether `value` is in the upper half, which then is the whole.
  bool step(double value) {
    const bool upper = value >= (low + high) / 2;
    take_half(upper);
    return upper;
  }
};

/// Column and row of a cell among those of its size, from the south-west.
struct Cell {
  uint64_t column = 0;
  uint64_t row = 0;
  unsigned column_bits = 0;
  unsigned row_bits = 0;
};

// -1 for a character that has no place in a geohash.
int index_of(char c) {
  if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// Calls `bit(is_longitude, is_one)` from the coarsest to the finest; false when it is no geohash.
template <typename Bit>
bool read_bits(std::string_view text, Bit bit) {
  if (text.empty() || text.size() > kMaxGeohashLength) return false;
  bool is_longitude = true;
  for (const char c : text) {
    const int index = index_of(c);
    if (index < 0) return false;
    for (unsigned i = kBitsPerCharacter; i-- > 0;) {
      bit(is_longitude, (static_cast<unsigned>(index) >> i & 1U) != 0);
      is_longitude = !is_longitude;
    }
  }
  return true;
}

// `bit(is_longitude)` gives the bits from the coarsest to the finest.
template <typename Bit>
std::string write_bits(int length, Bit bit) {
  std::string out;
  bool is_longitude = true;
  for (int i = 0; i < length; ++i) {
    unsigned index = 0;
    for (unsigned n = 0; n < kBitsPerCharacter; ++n) {
      index = index << 1U | (bit(is_longitude) ? 1U : 0U);
      is_longitude = !is_longitude;
    }
    out += kAlphabet[index];
  }
  return out;
}

}  // namespace

std::string geohash(double longitude, double latitude, int length) {
  Halving x{.low = -180, .high = 180};
  Halving y{.low = -90, .high = 90};
  return write_bits(length, [&](bool is_longitude) {
    return is_longitude ? x.step(longitude) : y.step(latitude);
  });
}

std::optional<GeoBox> geohash_box(std::string_view text) {
  Halving x{.low = -180, .high = 180};
  Halving y{.low = -90, .high = 90};
  const bool good = read_bits(
      text, [&](bool is_longitude, bool upper) { (is_longitude ? x : y).take_half(upper); });
  if (!good) return std::nullopt;
  return GeoBox{x.low, y.low, x.high, y.high};
}

std::optional<std::string> geohash_neighbour(std::string_view text, int east, int north) {
  Cell cell;
  const bool good = read_bits(text, [&](bool is_longitude, bool one) {
    uint64_t& number = is_longitude ? cell.column : cell.row;
    number = number << 1U | (one ? 1U : 0U);
    ++(is_longitude ? cell.column_bits : cell.row_bits);
  });
  if (!good) return std::nullopt;
  const int64_t row = static_cast<int64_t>(cell.row) + north;
  if (row < 0 || row >= int64_t{1} << cell.row_bits) return "";
  cell.row = static_cast<uint64_t>(row);
  cell.column += static_cast<uint64_t>(int64_t{east});  // what exceeds its bits is not written
  return write_bits(static_cast<int>(text.size()), [&](bool is_longitude) {
    return is_longitude ? (cell.column >> --cell.column_bits & 1U) != 0
                        : (cell.row >> --cell.row_bits & 1U) != 0;
  });
}

}  // namespace rhumb
