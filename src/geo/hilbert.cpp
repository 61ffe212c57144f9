#include "geo/hilbert.h"

#include <utility>

namespace rhumb {
namespace {

constexpr uint32_t kCells = 1U << 16;

uint32_t cell(double at, double low, double high) {
  const double fraction = (at - low) / (high - low);
  if (!(fraction > 0)) return 0;  // also NaN and 0 / 0
  if (fraction >= 1) return kCells - 1;
  return static_cast<uint32_t>(fraction * kCells);
}

}  // namespace

uint32_t hilbert_index(double x, double y, const GeoBox& box) {
  uint32_t column = cell(x, box[0], box[2]);
  uint32_t row = cell(y, box[1], box[3]);
  uint32_t index = 0;
  for (uint32_t side = kCells / 2; side > 0; side /= 2) {
    const uint32_t right = (column & side) != 0 ? 1 : 0;
    const uint32_t up = (row & side) != 0 ? 1 : 0;
    index += side * side * ((3 * right) ^ up);
    if (up == 0) {  // turn the quadrant so that the curve enters it at its corner
      if (right == 1) {
        column = kCells - 1 - column;
        row = kCells - 1 - row;
      }
      std::swap(column, row);
    }
  }
  return index;
}

}  // namespace rhumb
