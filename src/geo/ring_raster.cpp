#include "geo/ring_raster.h"

#include <algorithm>
#include <cmath>

#include "geo/winding.h"

namespace rhumb {
namespace {

template <typename Each>
void for_edges(const Position* positions, std::span<const EdgeRun> runs, Each each) {
  for (const EdgeRun& run : runs) {
    for (uint32_t i = run.first; i < run.first + run.count; ++i) {
      each(i, positions[i], positions[i + 1]);
    }
  }
}

/// Whether a corner lies to the right of an edge that passes its height.
bool is_right_of(Position a, Position b, Position corner) {
  const int side = side_of_corner(a, b, corner);
  return a.y < b.y ? side < 0 : side > 0;
}

}  // namespace

void RingRaster::draw(const Position* positions, std::span<const EdgeRun> runs, int32_t winding,
                      const CellFrame& frame, bool whole) {
  positions_ = positions;
  set_window(runs, frame, whole);
  winding_.assign(window_.cells(), 0);
  first_.assign(window_.cells(), kNone);
  last_.assign(window_.cells(), kNone);
  links_.clear();
  wind_left_side(runs, winding, frame);
  for_edges(positions, runs, [&](uint32_t edge, Position a, Position b) {
    wind_along_rows(a, b, frame);
    meet_cells(edge, a, b, frame);
  });
  for (size_t row = 0; row < window_.rows; ++row) {
    int32_t* cells = winding_.data() + row * window_.columns;
    for (size_t i = 1; i < window_.columns; ++i) cells[i] += cells[i - 1];
  }
}

void RingRaster::set_window(std::span<const EdgeRun> runs, const CellFrame& frame, bool whole) {
  window_ = {0, 0, frame.grid.columns, frame.grid.rows};
  if (whole) return;
  GeoBox box = kEmptyBox;
  for_edges(positions_, runs, [&](uint32_t /*edge*/, Position a, Position b) {
    extend(box, a.x, a.y);
    extend(box, b.x, b.y);
  });
  window_.column = frame.first_column(box[0]);
  window_.row = frame.first_row(box[1]);
  window_.columns = frame.last_column(box[2]) - window_.column + 1;
  window_.rows = frame.last_row(box[3]) - window_.row + 1;
}

// The winding numbers of the corners of the window's first column, from that of the box's corner
// and the edges that pass the box's left side. A ring that does not fill the grid has none.
void RingRaster::wind_left_side(std::span<const EdgeRun> runs, int32_t winding,
                                const CellFrame& frame) {
  const Position corner{frame.box()[0], frame.box()[1]};
  for (uint32_t row = 0; row < window_.rows; ++row) {
    winding_[size_t{row} * window_.columns] = winding;
  }
  for_edges(positions_, runs, [&](uint32_t /*edge*/, Position a, Position b) {
    if (!passes_left(a, b, corner.x)) return;
    for (uint32_t row = 0; row < window_.rows; ++row) {
      const double y = frame.bottom_of(window_.row + row);
      winding_[size_t{row} * window_.columns] += winding_upwards(a, b, corner, y);
    }
  });
}

// For each row whose lower side the edge passes: the corners to the right of it, of which the first
// is searched near where it should be.
void RingRaster::wind_along_rows(Position a, Position b, const CellFrame& frame) {
  const double low = std::min(a.y, b.y), high = std::max(a.y, b.y);
  const uint32_t end_row = window_.row + window_.rows;
  const uint32_t end_column = window_.column + window_.columns;
  const uint32_t last_row = frame.last_row(high);
  for (uint32_t row = std::max(frame.first_row(low), window_.row); row <= last_row && row < end_row;
       ++row) {
    const double y = frame.bottom_of(row);
    if ((a.y <= y) == (b.y <= y)) continue;
    const double x = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
    uint32_t column = std::clamp(frame.grid.column_of(x), window_.column, end_column - 1);
    while (column > window_.column && is_right_of(a, b, {frame.left_of(column - 1), y})) --column;
    while (column < end_column && !is_right_of(a, b, {frame.left_of(column), y})) ++column;
    if (column == window_.column || column == end_column) continue;
    winding_[window_.local(column, row)] += a.y < b.y ? -1 : 1;
  }
}

void RingRaster::meet_cells(uint32_t edge, Position a, Position b, const CellFrame& frame) {
  const uint32_t left = frame.first_column(std::min(a.x, b.x));
  const uint32_t right = frame.last_column(std::max(a.x, b.x));
  const uint32_t bottom = frame.first_row(std::min(a.y, b.y));
  const uint32_t top = frame.last_row(std::max(a.y, b.y));
  const double dx = b.x - a.x, dy = b.y - a.y;
  const bool slanted = left < right && bottom < top && dy != 0;
  for (uint32_t row = bottom; row <= top; ++row) {
    uint32_t from = left, to = right;
    if (slanted) {
      // The piece of the edge in this row of cells. Its ends are known but for rounding, which
      // the margin covers, as it does for the columns.
      const double t1 = std::clamp((frame.bottom_of(row) - a.y) / dy, 0.0, 1.0);
      const double t2 = std::clamp((frame.top_of(row) - a.y) / dy, 0.0, 1.0);
      const double x1 = a.x + t1 * dx, x2 = a.x + t2 * dx;
      const double low = std::min(x1, x2) - frame.margin_x();
      const double high = std::max(x1, x2) + frame.margin_x();
      if (high < frame.box()[0] || low > frame.box()[2]) continue;
      from = std::max(from, frame.first_column(low));
      to = std::min(to, frame.last_column(high));
    }
    for (uint32_t column = from; column <= to; ++column) meet(column, row, edge);
  }
}

void RingRaster::meet(uint32_t column, uint32_t row, uint32_t edge) {
  const size_t local = window_.local(column, row);
  if (local == window_.cells()) return;
  uint32_t& last = last_[local];
  if (last != kNone && links_[last].run.first + links_[last].run.count == edge) {
    ++links_[last].run.count;
    return;
  }
  const auto link = static_cast<uint32_t>(links_.size());
  links_.push_back({{edge, 1}, kNone});
  (last == kNone ? first_[local] : links_[last].next) = link;
  last = link;
}

}  // namespace rhumb
