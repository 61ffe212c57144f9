#include "geo/region_index.h"

namespace rhumb {

PointPlace RegionIndex::locate_in_ring(const Leaf& leaf, Position p, uint32_t& at) const {
  int32_t winding = runs_[at].winding;
  bool on_edge = false;
  do {
    const Run& run = runs_[at++];
    on_edge = on_edge || add_winding(positions_ + run.first, run.count(), leaf.corner, p, winding);
  } while (at < leaf.runs.end && !runs_[at].begins_ring());
  if (on_edge) return PointPlace::kBoundary;
  return winding == 0 ? PointPlace::kOutside : PointPlace::kInside;
}

// The order and the rules of locate_in_polygons.
PointPlace RegionIndex::locate_in_row(const Leaf& leaf, Position p, uint32_t& at) const {
  const uint32_t row = runs_[at].row;
  PointPlace part = PointPlace::kOutside;
  while (at < leaf.runs.end && runs_[at].row == row) {
    const bool outer = runs_[at].is_outer();
    const bool decided = part == PointPlace::kBoundary || (outer && part == PointPlace::kInside);
    if (decided) {
      while (at < leaf.runs.end && runs_[at].row == row) ++at;
      return part;
    }
    const bool skipped = !outer && part == PointPlace::kOutside;
    if (skipped) {
      do ++at;
      while (at < leaf.runs.end && !runs_[at].begins_ring());
      continue;
    }
    const PointPlace ring = locate_in_ring(leaf, p, at);
    if (outer || ring == PointPlace::kBoundary) {
      part = ring;
    } else if (ring == PointPlace::kInside) {
      part = PointPlace::kOutside;
    }
  }
  return part;
}

size_t RegionIndex::bytes() const {
  return nodes_.capacity() * sizeof(Node) + cells_.capacity() * sizeof(uint32_t) +
         leaves_.capacity() * sizeof(Leaf) + runs_.capacity() * sizeof(Run) +
         covers_.capacity() * sizeof(uint32_t);
}

}  // namespace rhumb
