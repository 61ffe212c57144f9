#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "geo/cell_grid.h"
#include "geo/geometry_store.h"
#include "geo/point_in_polygon.h"
#include "geo/winding.h"

namespace rhumb {

/// Tells quickly in which of many polygons a point lies. The plane is a grid of cells; a cell knows
/// the rows that cover all of it, and of those whose boundary passes through it the edges that do
/// and the winding numbers of its corner. A cell of many edges is a grid again. Answers are those
/// of locate_in_polygons. Immutable; reading is thread-safe.
class RegionIndex {
 public:
  struct Options {
    int threads = 1;
    size_t memory_limit = std::numeric_limits<size_t>::max();
    const CancelFlag* cancel = nullptr;
  };

  /// The store must outlive the index, with its positions where they are. `rows` are ascending.
  /// Errors: kOutOfMemory, kCancelled. REQUIRES: rows are polygonal and present
  [[nodiscard]] static Result<RegionIndex> build(const GeometryStore& store,
                                                 std::span<const uint32_t> rows,
                                                 const Options& options);

  /// Calls found(row, place) for the rows that p is not outside of, each once, in no order, until
  /// it returns false. False when it was stopped. Finds nothing for NaN and infinity.
  template <typename Found>
  bool locate(Position p, Found&& found) const {
    if (!(p.x >= box_[0] && p.y >= box_[1] && p.x <= box_[2] && p.y <= box_[3])) return true;
    uint32_t cell = cells_[nodes_[0].cell_of(p)];
    for (;;) {
      switch (cell & kTagMask) {
        case kNothing:
          return true;
        case kOneRow:
          return found(cell >> kTagBits, PointPlace::kInside);
        case kLeaf:
          return locate_in_leaf(leaves_[cell >> kTagBits], p, found);
        default: {
          const Node& node = nodes_[cell >> kTagBits];
          if (!report_covers(node.covers, found)) return false;
          cell = cells_[node.cell_of(p)];
        }
      }
    }
  }

  [[nodiscard]] size_t bytes() const;

 private:
  friend class RegionBuilder;
  using Range = GeometryStore::Range;

  // What a cell holds: its lowest bits say what the others are.
  static constexpr uint32_t kTagBits = 2, kTagMask = 3;
  static constexpr uint32_t kNothing = 0;
  static constexpr uint32_t kOneRow = 1;  ///< the row that covers it
  static constexpr uint32_t kLeaf = 2;    ///< in leaves_
  static constexpr uint32_t kNode = 3;    ///< in nodes_
  static constexpr uint32_t kMostTagged = UINT32_MAX >> kTagBits;

  /// A grid of cells.
  struct Node {
    CellGrid grid;
    uint32_t first_cell = 0;
    Range covers;  ///< rows that cover all of it
    [[nodiscard]] size_t cell_of(Position p) const { return first_cell + grid.cell_of(p); }
  };

  /// Edges of one ring that follow each other. A ring may have several in a cell, or none and only
  /// a winding number.
  struct Run {
    static constexpr uint32_t kBeginsRing = 1, kOuter = 2;
    uint32_t row = 0;
    uint32_t first = 0;  ///< position
    uint32_t count_and_flags = 0;
    int32_t winding = 0;  ///< of the ring around the corner; 0 when the ring does not begin here

    [[nodiscard]] uint32_t count() const { return count_and_flags >> 2; }
    [[nodiscard]] bool begins_ring() const { return (count_and_flags & kBeginsRing) != 0; }
    [[nodiscard]] bool is_outer() const { return (count_and_flags & kOuter) != 0; }
  };

  struct Leaf {
    Position corner;
    Range runs;  ///< by row, part and ring
    Range covers;
  };

  template <typename Found>
  bool report_covers(Range covers, Found& found) const {
    for (uint32_t i = covers.first; i < covers.end; ++i) {
      if (!found(covers_[i], PointPlace::kInside)) return false;
    }
    return true;
  }

  template <typename Found>
  bool locate_in_leaf(const Leaf& leaf, Position p, Found& found) const {
    if (!report_covers(leaf.covers, found)) return false;
    for (uint32_t i = leaf.runs.first; i < leaf.runs.end;) {
      const uint32_t row = runs_[i].row;
      const PointPlace place = locate_in_row(leaf, p, i);
      if (place != PointPlace::kOutside && !found(row, place)) return false;
    }
    return true;
  }

  /// `at` is the row's first run and afterwards the next row's.
  PointPlace locate_in_row(const Leaf& leaf, Position p, uint32_t& at) const;
  /// `at` is the ring's first run and afterwards the next ring's.
  PointPlace locate_in_ring(const Leaf& leaf, Position p, uint32_t& at) const;

  const Position* positions_ = nullptr;
  GeoBox box_ = kEmptyBox;
  std::vector<Node> nodes_;  ///< the first is the whole
  std::vector<uint32_t> cells_;
  std::vector<Leaf> leaves_;
  std::vector<Run> runs_;
  std::vector<uint32_t> covers_;
};

}  // namespace rhumb
