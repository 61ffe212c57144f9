#include "geo/region_rows.h"

#include <algorithm>

namespace rhumb {
namespace {

template <typename Each>
void for_cells(const RingRaster::Window& window, Each each) {
  size_t local = 0;
  for (uint32_t y = 0; y < window.rows; ++y) {
    for (uint32_t x = 0; x < window.columns; ++x) each(local++, window.column + x, window.row + y);
  }
}

}  // namespace

void RegionRows::draw(uint32_t row, std::span<const RingPart> rings, const CellFrame& frame,
                      bool whole, Contents& contents) {
  while (rasters_.size() < rings.size()) rasters_.push_back(std::make_unique<RingRaster>());
  parts_.clear();
  for (size_t i = 0; i < rings.size(); ++i) {
    rasters_[i]->draw(positions_, rings[i].runs, rings[i].winding, frame, whole);
    if (rings[i].outer) parts_.push_back({i, i});
    parts_.back().end_ring = i + 1;
  }
  window_ = window_of(rings.size());
  verdicts_.assign(window_.cells(), kOutside);
  for (const Part& part : parts_) judge_part(part);
  for (const Part& part : parts_) emit_part(row, part, frame, contents);
  for_cells(window_, [&](size_t local, uint32_t x, uint32_t y) {
    if (verdicts_[local] == kCovered) contents.covers.push_back({y * frame.grid.columns + x, row});
  });
}

RingRaster::Window RegionRows::window_of(size_t rings) const {
  uint32_t left = UINT32_MAX, bottom = UINT32_MAX, right = 0, top = 0;
  for (size_t i = 0; i < rings; ++i) {
    const RingRaster::Window& one = rasters_[i]->window();
    left = std::min(left, one.column);
    bottom = std::min(bottom, one.row);
    right = std::max(right, one.column + one.columns);
    top = std::max(top, one.row + one.rows);
  }
  return {left, bottom, right - left, top - bottom};
}

// The first part that is not outside decides; a later one counts where the earlier are mixed.
void RegionRows::judge_part(const Part& part) {
  const RingRaster& outer = *rasters_[part.first_ring];
  part_verdicts_.assign(outer.window().cells(), kOutside);
  for (size_t i = 0; i < part_verdicts_.size(); ++i) {
    if (outer.is_met(i)) {
      part_verdicts_[i] = kMixed;
    } else if (outer.winding(i) != 0) {
      part_verdicts_[i] = kCovered;
    }
  }
  for (size_t i = part.first_ring + 1; i < part.end_ring; ++i) {
    apply_hole(outer, *rasters_[i], part_verdicts_);
  }
  for_cells(outer.window(), [&](size_t local, uint32_t x, uint32_t y) {
    uint8_t& verdict = verdicts_[window_.local(x, y)];
    if (verdict == kOutside) verdict = part_verdicts_[local];
  });
}

void RegionRows::apply_hole(const RingRaster& outer, const RingRaster& hole,
                            std::vector<uint8_t>& verdicts) {
  for_cells(hole.window(), [&](size_t local, uint32_t x, uint32_t y) {
    const size_t at = outer.window().local(x, y);
    if (at == outer.window().cells() || verdicts[at] == kOutside) return;
    if (hole.is_met(local)) {
      verdicts[at] = kMixed;
    } else if (hole.winding(local) != 0 && verdicts[at] == kCovered) {
      verdicts[at] = kOutside;
    }
  });
}

// A hole is of use where its outer ring is.
void RegionRows::emit_part(uint32_t row, const Part& part, const CellFrame& frame,
                           Contents& contents) const {
  const RingRaster& outer = *rasters_[part.first_ring];
  for (size_t i = part.first_ring; i < part.end_ring; ++i) {
    const RingRaster& ring = *rasters_[i];
    for_cells(ring.window(), [&](size_t local, uint32_t x, uint32_t y) {
      if (ring.is_outside(local) || verdicts_[window_.local(x, y)] != kMixed) return;
      const size_t in_outer = outer.window().local(x, y);
      if (in_outer == outer.window().cells() || outer.is_outside(in_outer)) return;
      emit_cell(row, ring, local, y * frame.grid.columns + x, i == part.first_ring, contents);
    });
  }
}

void RegionRows::emit_cell(uint32_t row, const RingRaster& ring, size_t local, uint32_t cell,
                           bool outer, Contents& contents) const {
  const int32_t winding = ring.winding(local);
  bool begins = true;
  ring.for_runs(local, [&](EdgeRun run) {
    contents.pieces.push_back({cell, row, run, begins ? winding : 0, begins, outer});
    begins = false;
  });
  if (begins) contents.pieces.push_back({cell, row, {}, winding, true, outer});
}

}  // namespace rhumb
