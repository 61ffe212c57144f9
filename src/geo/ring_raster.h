#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "geo/cell_grid.h"
#include "geo/wkb.h"

namespace rhumb {

/// Edges that follow each other: between the positions first, first + 1 ... first + count.
struct EdgeRun {
  uint32_t first = 0;
  uint32_t count = 0;
};

/// One ring drawn onto the cells of a grid: which of its edges meet which cell, and how often it
/// winds around each cell's corner (see winding.h). Cells are numbered within the window, the part
/// of the grid that the ring may cover; around it the ring winds nowhere.
class RingRaster {
 public:
  /// `winding` is that of the corner of the frame's box; `runs` are the ring's edges that meet the
  /// box, in their order. With `whole` the window is the whole grid. O(edges + cells of the window
  /// + cells the edges meet).
  void draw(const Position* positions, std::span<const EdgeRun> runs, int32_t winding,
            const CellFrame& frame, bool whole);

  struct Window {
    uint32_t column = 0, row = 0, columns = 0, rows = 0;
    [[nodiscard]] size_t cells() const { return size_t{columns} * rows; }
    /// The cell's number in here of a cell of the grid; cells() when it is outside.
    [[nodiscard]] size_t local(uint32_t at_column, uint32_t at_row) const {
      const uint32_t x = at_column - column, y = at_row - row;
      return x < columns && y < rows ? size_t{y} * columns + x : cells();
    }
  };
  [[nodiscard]] const Window& window() const { return window_; }
  [[nodiscard]] int32_t winding(size_t local) const { return winding_[local]; }
  [[nodiscard]] bool is_met(size_t local) const { return first_[local] != kNone; }
  /// No edge, and not inside.
  [[nodiscard]] bool is_outside(size_t local) const {
    return first_[local] == kNone && winding_[local] == 0;
  }
  /// Calls each(run) for the runs of a cell in the order of the ring.
  template <typename Each>
  void for_runs(size_t local, Each each) const {
    for (uint32_t i = first_[local]; i != kNone; i = links_[i].next) each(links_[i].run);
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  struct Link {
    EdgeRun run;
    uint32_t next;
  };

  void set_window(std::span<const EdgeRun> runs, const CellFrame& frame, bool whole);
  void wind_left_side(std::span<const EdgeRun> runs, int32_t winding, const CellFrame& frame);
  void wind_along_rows(Position a, Position b, const CellFrame& frame);
  void meet_cells(uint32_t edge, Position a, Position b, const CellFrame& frame);
  void meet(uint32_t column, uint32_t row, uint32_t edge);

  const Position* positions_ = nullptr;
  Window window_;
  std::vector<int32_t> winding_;  ///< while drawing: by how much it differs from its left neighbour
  std::vector<uint32_t> first_, last_;  ///< links of a cell
  std::vector<Link> links_;
};

}  // namespace rhumb
