#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "geo/box.h"
#include "geo/wkb.h"

namespace rhumb {

/// A grid of cells over a box. A number belongs to the column that column_of says; the function
/// never decreases, so that a column is an interval whatever rounding does to its ends.
struct CellGrid {
  double left = 0, bottom = 0;
  double per_x = 0, per_y = 0;  ///< cells to a unit
  uint32_t columns = 1, rows = 1;

  [[nodiscard]] uint32_t column_of(double x) const { return step(left, x, per_x, columns); }
  [[nodiscard]] uint32_t row_of(double y) const { return step(bottom, y, per_y, rows); }
  [[nodiscard]] size_t cell_of(Position p) const {
    return size_t{row_of(p.y)} * columns + column_of(p.x);
  }
  [[nodiscard]] size_t cells() const { return size_t{columns} * rows; }

 private:
  // What lies outside goes to the first or last, what is no number to the first.
  static uint32_t step(double from, double to, double per_unit, uint32_t count) {
    const double at = (to - from) * per_unit;
    if (!(at > 0)) return 0;
    return at < count ? static_cast<uint32_t>(at) : count - 1;
  }
};

/// A grid with boxes of its cells that hold everything that column_of and row_of send there, and a
/// little more: their sides are known numbers, where the true ones depend on rounding.
class CellFrame {
 public:
  /// How much more, for coordinates of this size; far above the rounding errors of column_of.
  static double margin_for(double largest) { return largest * 0x1p-44; }

  CellFrame(const GeoBox& box, double margin_x, double margin_y, uint32_t columns, uint32_t rows)
      : box_(box), margin_x_(margin_x), margin_y_(margin_y) {
    grid.left = box[0];
    grid.bottom = box[1];
    divide(box[2] - box[0], margin_x, columns, grid.columns, grid.per_x, width_);
    divide(box[3] - box[1], margin_y, rows, grid.rows, grid.per_y, height_);
  }

  /// The box of one cell, and a frame for a grid in it.
  [[nodiscard]] GeoBox cell_box(uint32_t column, uint32_t row) const {
    return {left_of(column), bottom_of(row), right_of(column), top_of(row)};
  }
  [[nodiscard]] double left_of(uint32_t column) const {
    return std::max(box_[0], box_[0] + column * width_ - margin_x_ / 2);
  }
  [[nodiscard]] double bottom_of(uint32_t row) const {
    return std::max(box_[1], box_[1] + row * height_ - margin_y_ / 2);
  }
  [[nodiscard]] double right_of(uint32_t column) const {
    return column + 1 == grid.columns
               ? box_[2]
               : std::min(box_[2], box_[0] + (column + 1) * width_ + margin_x_ / 2);
  }
  [[nodiscard]] double top_of(uint32_t row) const {
    return row + 1 == grid.rows ? box_[3]
                                : std::min(box_[3], box_[1] + (row + 1) * height_ + margin_y_ / 2);
  }

  /// The columns (rows) whose boxes [low, high] may meet.
  [[nodiscard]] uint32_t first_column(double low) const { return grid.column_of(low - margin_x_); }
  [[nodiscard]] uint32_t last_column(double high) const { return grid.column_of(high + margin_x_); }
  [[nodiscard]] uint32_t first_row(double low) const { return grid.row_of(low - margin_y_); }
  [[nodiscard]] uint32_t last_row(double high) const { return grid.row_of(high + margin_y_); }

  [[nodiscard]] const GeoBox& box() const { return box_; }
  [[nodiscard]] double margin_x() const { return margin_x_; }
  [[nodiscard]] double margin_y() const { return margin_y_; }

  CellGrid grid;

 private:
  // Not into cells that are no larger than what rounding does to them.
  static void divide(double length, double margin, uint32_t wanted, uint32_t& count,
                     double& per_unit, double& size) {
    constexpr double kLeastMargins = 64;
    count = 1;
    per_unit = 0;
    size = 0;
    if (!std::isfinite(length) || !std::isfinite(wanted / length)) return;
    if (!(length / wanted > margin * kLeastMargins)) return;
    count = wanted;
    per_unit = wanted / length;
    size = length / wanted;
  }

  GeoBox box_;
  double margin_x_, margin_y_;
  double width_ = 0, height_ = 0;  ///< of a cell
};

}  // namespace rhumb
