#include <algorithm>

#include "geo/region_builder.h"
#include "geo/spatial_errors.h"

namespace rhumb {

Status RegionBuilder::join(std::vector<Layout>& layouts, const CellFrame& frame,
                           RegionIndex& out) const {
  size_t nodes = 1, cells = frame.grid.cells(), leaves = 0, runs = 0, covers = 0;
  for (const Layout& layout : layouts) {
    nodes += layout.out.nodes_.size();
    cells += layout.out.cells_.size();
    leaves += layout.out.leaves_.size();
    runs += layout.out.runs_.size();
    covers += layout.out.covers_.size();
  }
  if (std::max(nodes, leaves) > RegionIndex::kMostTagged ||
      std::max({cells, runs, covers}) > UINT32_MAX) {
    return index_too_large();
  }
  out.box_ = frame.box();
  out.nodes_.reserve(nodes);
  out.cells_.reserve(cells);
  out.leaves_.reserve(leaves);
  out.runs_.reserve(runs);
  out.covers_.reserve(covers);
  out.nodes_.push_back({.grid = frame.grid});
  out.cells_.resize(frame.grid.cells());
  size_t root_cell = 0;
  for (Layout& layout : layouts) root_cell = append(layout, root_cell, out);
  return {};
}

// What a cell, node or leaf of the share refers to moves with it.
size_t RegionBuilder::append(Layout& layout, size_t root_cell, RegionIndex& out) {
  const auto node_base = static_cast<uint32_t>(out.nodes_.size());
  const auto cell_base = static_cast<uint32_t>(out.cells_.size());
  const auto leaf_base = static_cast<uint32_t>(out.leaves_.size());
  const auto run_base = static_cast<uint32_t>(out.runs_.size());
  const auto cover_base = static_cast<uint32_t>(out.covers_.size());
  const auto moved = [&](uint32_t cell) {
    const uint32_t tag = cell & RegionIndex::kTagMask;
    if (tag == RegionIndex::kLeaf) return cell + (leaf_base << RegionIndex::kTagBits);
    if (tag == RegionIndex::kNode) return cell + (node_base << RegionIndex::kTagBits);
    return cell;
  };
  const auto shift = [](GeometryStore::Range& range, uint32_t by) {
    range.first += by;
    range.end += by;
  };
  for (const uint32_t cell : layout.root_cells) out.cells_[root_cell++] = moved(cell);
  for (const uint32_t cell : layout.out.cells_) out.cells_.push_back(moved(cell));
  for (RegionIndex::Node& node : layout.out.nodes_) {
    node.first_cell += cell_base;
    shift(node.covers, cover_base);
    out.nodes_.push_back(node);
  }
  for (RegionIndex::Leaf& leaf : layout.out.leaves_) {
    shift(leaf.runs, run_base);
    shift(leaf.covers, cover_base);
    out.leaves_.push_back(leaf);
  }
  out.runs_.insert(out.runs_.end(), layout.out.runs_.begin(), layout.out.runs_.end());
  out.covers_.insert(out.covers_.end(), layout.out.covers_.begin(), layout.out.covers_.end());
  layout.out = RegionIndex();
  return root_cell;
}

}  // namespace rhumb
