#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "geo/ring_raster.h"

namespace rhumb {

/// A ring as far as it meets a box.
struct RingPart {
  bool outer = false;
  int32_t winding = 0;  ///< around the corner of the box
  std::vector<EdgeRun> runs;
};

/// Draws rows, each of one or more polygons, onto a grid and collects what its cells hold.
/// Of one thread.
class RegionRows {
 public:
  explicit RegionRows(const Position* positions) : positions_(positions) {}

  /// A run of edges in a cell, or a ring that winds around all of it (count 0).
  struct Piece {
    uint32_t cell;
    uint32_t row;
    EdgeRun run;
    int32_t winding;  ///< around the cell's corner, where begins_ring
    bool begins_ring;
    bool outer;
  };
  struct Cover {
    uint32_t cell;
    uint32_t row;
  };
  struct Contents {
    std::vector<Piece> pieces;  ///< of a cell: by row, part, ring
    std::vector<Cover> covers;
  };

  /// The rings are those of the row's parts in their order, each part's outer ring first. A ring
  /// that does not fill the frame's box may leave out `whole`, see RingRaster::draw.
  void draw(uint32_t row, std::span<const RingPart> rings, const CellFrame& frame, bool whole,
            Contents& contents);

 private:
  // What a row makes of a cell.
  static constexpr uint8_t kOutside = 0, kCovered = 1, kMixed = 2;

  struct Part {
    size_t first_ring, end_ring;
  };

  void judge_part(const Part& part);
  static void apply_hole(const RingRaster& outer, const RingRaster& hole,
                         std::vector<uint8_t>& verdicts);
  void emit_part(uint32_t row, const Part& part, const CellFrame& frame, Contents& contents) const;
  void emit_cell(uint32_t row, const RingRaster& ring, size_t local, uint32_t cell, bool outer,
                 Contents& contents) const;
  [[nodiscard]] RingRaster::Window window_of(size_t rings) const;

  const Position* positions_;
  std::vector<std::unique_ptr<RingRaster>> rasters_;  ///< as many as a row had rings, reused
  std::vector<Part> parts_;
  RingRaster::Window window_;      ///< around the windows of all outer rings
  std::vector<uint8_t> verdicts_;  ///< of the window's cells
  std::vector<uint8_t> part_verdicts_;
};

}  // namespace rhumb
