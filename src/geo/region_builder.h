#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/region_index.h"
#include "geo/region_rows.h"

namespace rhumb {

/// Lays out a RegionIndex: rows are drawn onto the root's grid, runs of them by different threads,
/// then runs of cells are laid out by different threads and joined. What comes out does not depend
/// on their number.
class RegionBuilder {
 public:
  RegionBuilder(const GeometryStore& store, const RegionIndex::Options& options)
      : store_(store), options_(options) {}

  [[nodiscard]] Result<RegionIndex> run(std::span<const uint32_t> rows);

 private:
  using Contents = RegionRows::Contents;
  using Piece = RegionRows::Piece;

  /// What the cells of a grid hold, in the order of the cells.
  struct Cells {
    Contents contents;
    std::vector<uint32_t> first_piece, first_cover;  ///< of each cell, and one more
    [[nodiscard]] std::span<const Piece> pieces(size_t cell) const {
      return {contents.pieces.data() + first_piece[cell],
              first_piece[cell + 1] - first_piece[cell]};
    }
    [[nodiscard]] std::span<const RegionRows::Cover> covers(size_t cell) const {
      return {contents.covers.data() + first_cover[cell],
              first_cover[cell + 1] - first_cover[cell]};
    }
  };

  /// One thread's share of the layout.
  struct Layout {
    explicit Layout(const Position* positions) : rows(positions) { out.positions_ = positions; }
    RegionIndex out;
    RegionRows rows;
    std::vector<uint32_t> root_cells;
    size_t budget = 0;  ///< edges that may still be drawn into grids below the present root cell
  };

  [[nodiscard]] CellFrame root_frame(std::span<const uint32_t> rows) const;
  void draw_rows(std::span<const uint32_t> rows, const CellFrame& frame, Contents& contents);
  [[nodiscard]] std::vector<Contents> draw_root(std::span<const uint32_t> rows,
                                                const CellFrame& frame);
  [[nodiscard]] static Cells sort_cells(std::vector<Contents> drawn, size_t cells);
  void lay_out_cells(const Cells& cells, const CellFrame& frame, size_t first, size_t end,
                     Layout& layout);
  [[nodiscard]] uint32_t lay_out_cell(const Cells& cells, size_t cell, const GeoBox& box,
                                      const CellFrame& frame, int depth, Layout& layout);
  [[nodiscard]] uint32_t lay_out_leaf(const Cells& cells, size_t cell, const GeoBox& box,
                                      Layout& layout) const;
  [[nodiscard]] uint32_t lay_out_node(const Cells& cells, size_t cell, const CellFrame& frame,
                                      int depth, Layout& layout);
  [[nodiscard]] GeometryStore::Range add_covers(const Cells& cells, size_t cell,
                                                Layout& layout) const;
  [[nodiscard]] uint32_t splits(std::span<const Piece> pieces, const GeoBox& box,
                                Layout& layout) const;
  static void draw_pieces(std::span<const Piece> pieces, const CellFrame& frame, Layout& layout,
                          Contents& contents);
  [[nodiscard]] Status join(std::vector<Layout>& layouts, const CellFrame& frame,
                            RegionIndex& out) const;
  /// Returns the root cell that the next share begins with.
  [[nodiscard]] static size_t append(Layout& layout, size_t root_cell, RegionIndex& out);

  [[nodiscard]] size_t threads_for(size_t work) const;
  void take(size_t bytes);
  [[nodiscard]] bool stopped();
  [[nodiscard]] Status status() const;

  const GeometryStore& store_;
  const RegionIndex::Options& options_;
  std::atomic<size_t> taken_{0};
  std::atomic<bool> too_large_{false};
  std::atomic<bool> cancelled_{false};
};

}  // namespace rhumb
