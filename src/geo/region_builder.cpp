#include "geo/region_builder.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "geo/spatial_errors.h"

namespace rhumb {
namespace {

// Found by measuring with bench/geo_lookup.cpp: fewer cells cost points more edges (with a third of
// them, counties as part of a map of the world take half as long again), more cells miss the cache;
// between 6 and 12 edges to a leaf time hardly differs, but memory does by a third.
constexpr double kCellsPerEdge = 24;
constexpr double kMostRootCells = 1 << 21;
constexpr uint32_t kLeafEdges = 12;  ///< a cell of more becomes a grid
constexpr uint32_t kMostSplits = 64;
constexpr int kMostDepth = 8;
/// Edges that meet many cells are drawn into all of them, which this bounds.
constexpr size_t kDrawnPerEdge = 6;
constexpr size_t kWorkWorthAThread = 20'000;  ///< positions or pieces

double extent(double low, double high) {
  return high - low;
}

template <typename Work>
void in_threads(size_t threads, Work work) {
  std::vector<std::thread> workers;
  for (size_t i = 1; i < threads; ++i) workers.emplace_back([&work, i] { work(i); });
  work(0);
  for (std::thread& worker : workers) worker.join();
}

/// Sorts by cell, keeping the order within. `first` gets where each cell begins.
template <typename T>
std::vector<T> by_cell(const std::vector<std::vector<T>*>& drawn, size_t cells,
                       std::vector<uint32_t>& first) {
  first.assign(cells + 1, 0);
  size_t total = 0;
  for (const auto* some : drawn) {
    total += some->size();
    for (const T& one : *some) ++first[one.cell + 1];
  }
  for (size_t i = 0; i < cells; ++i) first[i + 1] += first[i];
  std::vector<T> out(total);
  std::vector<uint32_t> next(first.begin(), first.end() - 1);
  for (auto* some : drawn) {
    for (const T& one : *some) out[next[one.cell]++] = one;
    std::vector<T>().swap(*some);
  }
  return out;
}

size_t edges_of(std::span<const RegionRows::Piece> pieces) {
  size_t edges = 0;
  for (const auto& piece : pieces) edges += piece.run.count;
  return edges;
}

}  // namespace

Result<RegionIndex> RegionIndex::build(const GeometryStore& store, std::span<const uint32_t> rows,
                                       const Options& options) {
  return RegionBuilder(store, options).run(rows);
}

Result<RegionIndex> RegionBuilder::run(std::span<const uint32_t> rows) {
  RegionIndex out;
  out.positions_ = store_.data();
  if (rows.empty()) {
    out.nodes_.emplace_back();
    out.cells_.push_back(RegionIndex::kNothing);
    return out;
  }
  const CellFrame frame = root_frame(rows);
  std::vector<Contents> drawn = draw_root(rows, frame);
  RHUMB_TRY(status());
  size_t pieces = 0, covers = 0;
  for (const Contents& some : drawn) {
    pieces += some.pieces.size();
    covers += some.covers.size();
  }
  if (std::max(pieces, covers) > UINT32_MAX) return index_too_large();
  const Cells cells = sort_cells(std::move(drawn), frame.grid.cells());
  const size_t threads = threads_for(cells.contents.pieces.size());
  std::vector<Layout> layouts;
  layouts.reserve(threads);
  for (size_t i = 0; i < threads; ++i) layouts.emplace_back(store_.data());
  in_threads(threads, [&](size_t i) {
    const size_t all = frame.grid.cells();
    lay_out_cells(cells, frame, all * i / threads, all * (i + 1) / threads, layouts[i]);
  });
  RHUMB_TRY(status());
  RHUMB_TRY(join(layouts, frame, out));
  return out;
}

// As many cells as suit the edges, fewer where edges or rows are so long that they would meet too
// many of them.
CellFrame RegionBuilder::root_frame(std::span<const uint32_t> rows) const {
  GeoBox box = kEmptyBox;
  double edges = 0, edges_dx = 0, edges_dy = 0, rows_dx = 0, rows_dy = 0, rows_area = 0;
  for (const uint32_t row : rows) {
    const GeometryStore::Range range = store_.row_positions(row);
    GeoBox row_box = kEmptyBox;
    for (uint32_t i = range.first; i < range.end; ++i) {
      const Position at = store_.position(i);
      extend(row_box, at.x, at.y);
      if (i + 1 == range.end) break;
      edges_dx += std::fabs(store_.position(i + 1).x - at.x);
      edges_dy += std::fabs(store_.position(i + 1).y - at.y);
    }
    edges += range.size();
    extend(box, row_box[0], row_box[1]);
    extend(box, row_box[2], row_box[3]);
    const double dx = extent(row_box[0], row_box[2]), dy = extent(row_box[1], row_box[3]);
    rows_dx += dx;
    rows_dy += dy;
    rows_area += dx * dy;
  }
  const double width = extent(box[0], box[2]), height = extent(box[1], box[3]);
  double cells = std::clamp(edges * kCellsPerEdge, 1.0, kMostRootCells);
  double columns = 1, rows_of_cells = 1;
  for (; cells > 1; cells /= 2) {
    columns = std::clamp(std::sqrt(cells * width / height), 1.0, cells);
    rows_of_cells = std::max(1.0, cells / columns);
    const double per_x = columns / width, per_y = rows_of_cells / height;
    const double met = edges + edges_dx * per_x + edges_dy * per_y;
    const double covered = rows_area * per_x * per_y + rows_dx * per_x + rows_dy * per_y;
    if (met < kDrawnPerEdge * edges + 1e6 && covered < 8 * kMostRootCells + 4 * edges) break;
    columns = rows_of_cells = 1;
  }
  const auto whole = [](double value) { return value >= 1 ? static_cast<uint32_t>(value) : 1U; };
  return {box, CellFrame::margin_for(std::max(std::fabs(box[0]), std::fabs(box[2]))),
          CellFrame::margin_for(std::max(std::fabs(box[1]), std::fabs(box[3]))), whole(columns),
          whole(rows_of_cells)};
}

std::vector<RegionBuilder::Contents> RegionBuilder::draw_root(std::span<const uint32_t> rows,
                                                              const CellFrame& frame) {
  const uint32_t first = store_.row_positions(rows.front()).first;
  const size_t all = store_.row_positions(rows.back()).end - first;
  const size_t threads = threads_for(all);
  std::vector<Contents> out(threads);
  // Runs of rows with about as many positions.
  const auto begin_of = [&](size_t i) {
    return std::partition_point(rows.begin(), rows.end(), [&](uint32_t row) {
      return store_.row_positions(row).first - first < all * i / threads;
    });
  };
  in_threads(threads, [&](size_t i) {
    const auto from = begin_of(i), to = i + 1 == threads ? rows.end() : begin_of(i + 1);
    draw_rows({from, to}, frame, out[i]);
  });
  return out;
}

void RegionBuilder::draw_rows(std::span<const uint32_t> rows, const CellFrame& frame,
                              Contents& contents) {
  RegionRows drawer(store_.data());
  std::vector<RingPart> rings;
  size_t counted = 0;
  for (const uint32_t row : rows) {
    if (stopped()) return;
    rings.clear();
    const GeometryStore::Range parts = store_.parts(row);
    for (uint32_t part = parts.first; part < parts.end; ++part) {
      const GeometryStore::Range of_part = store_.rings(part);
      for (uint32_t ring = of_part.first; ring < of_part.end; ++ring) {
        const GeometryStore::Range at = store_.positions(ring);
        rings.push_back({ring == of_part.first, 0, {{at.first, at.size() - 1}}});
      }
    }
    drawer.draw(row, rings, frame, false, contents);
    // Twice: sorted by cell they are there again.
    const size_t bytes = 2 * (contents.pieces.size() * sizeof(Piece) +
                              contents.covers.size() * sizeof(RegionRows::Cover));
    take(bytes - counted);
    counted = bytes;
  }
}

RegionBuilder::Cells RegionBuilder::sort_cells(std::vector<Contents> drawn, size_t cells) {
  Cells out;
  std::vector<std::vector<Piece>*> pieces;
  std::vector<std::vector<RegionRows::Cover>*> covers;
  for (Contents& some : drawn) {
    pieces.push_back(&some.pieces);
    covers.push_back(&some.covers);
  }
  out.contents.pieces = by_cell(pieces, cells, out.first_piece);
  out.contents.covers = by_cell(covers, cells, out.first_cover);
  return out;
}

void RegionBuilder::lay_out_cells(const Cells& cells, const CellFrame& frame, size_t first,
                                  size_t end, Layout& layout) {
  constexpr size_t kBetweenChecks = 256;
  size_t counted = 0;
  layout.root_cells.reserve(end - first);
  for (size_t cell = first; cell < end; ++cell) {
    if (cell % kBetweenChecks == 0) {
      const size_t bytes = layout.out.bytes();
      take(bytes - counted);
      counted = bytes;
      if (stopped()) return;
    }
    layout.budget = 2 * kDrawnPerEdge * edges_of(cells.pieces(cell)) + 256;
    const auto column = static_cast<uint32_t>(cell % frame.grid.columns);
    const auto row = static_cast<uint32_t>(cell / frame.grid.columns);
    layout.root_cells.push_back(
        lay_out_cell(cells, cell, frame.cell_box(column, row), frame, 1, layout));
  }
}

uint32_t RegionBuilder::lay_out_cell(const Cells& cells, size_t cell, const GeoBox& box,
                                     const CellFrame& frame, int depth, Layout& layout) {
  const auto pieces = cells.pieces(cell);
  const auto covers = cells.covers(cell);
  if (pieces.empty() && covers.empty()) return RegionIndex::kNothing;
  if (pieces.empty() && covers.size() == 1 && covers[0].row <= RegionIndex::kMostTagged) {
    return covers[0].row << RegionIndex::kTagBits | RegionIndex::kOneRow;
  }
  const uint32_t count = depth < kMostDepth ? splits(pieces, box, layout) : 1;
  if (count > 1) {
    const CellFrame inner(box, frame.margin_x(), frame.margin_y(), count, count);
    if (inner.grid.cells() > 1) return lay_out_node(cells, cell, inner, depth, layout);
  }
  return lay_out_leaf(cells, cell, box, layout);
}

// Into how many columns and rows a cell is worth splitting; 1: it is not.
uint32_t RegionBuilder::splits(std::span<const Piece> pieces, const GeoBox& box,
                               Layout& layout) const {
  const size_t edges = edges_of(pieces);
  if (edges <= kLeafEdges) return 1;
  const double width = extent(box[0], box[2]), height = extent(box[1], box[3]);
  double dx = 0, dy = 0;
  for (const Piece& piece : pieces) {
    for (uint32_t i = piece.run.first; i < piece.run.first + piece.run.count; ++i) {
      const Position a = store_.position(i), b = store_.position(i + 1);
      dx += std::min(std::fabs(b.x - a.x), width);
      dy += std::min(std::fabs(b.y - a.y), height);
    }
  }
  const auto all = static_cast<double>(edges);
  auto count = static_cast<uint32_t>(std::ceil(std::sqrt(all)));
  for (count = std::min(count, kMostSplits); count > 1; count /= 2) {
    const double met = all + dx / width * count + dy / height * count;
    if (met > static_cast<double>(kDrawnPerEdge * edges)) continue;
    if (met > static_cast<double>(layout.budget)) return 1;
    layout.budget -= static_cast<size_t>(met);
    return count;
  }
  return 1;
}

uint32_t RegionBuilder::lay_out_leaf(const Cells& cells, size_t cell, const GeoBox& box,
                                     Layout& layout) const {
  constexpr uint32_t kLongest = 1U << 29;
  RegionIndex& out = layout.out;
  RegionIndex::Leaf leaf;
  leaf.corner = {box[0], box[1]};
  leaf.covers = add_covers(cells, cell, layout);
  leaf.runs.first = static_cast<uint32_t>(out.runs_.size());
  for (const Piece& piece : cells.pieces(cell)) {
    uint32_t flags = piece.outer ? RegionIndex::Run::kOuter : 0;
    if (piece.begins_ring) flags |= RegionIndex::Run::kBeginsRing;
    EdgeRun rest = piece.run;
    int32_t winding = piece.winding;
    do {
      const uint32_t count = std::min(rest.count, kLongest);
      out.runs_.push_back({piece.row, rest.first, count << 2 | flags, winding});
      rest = {rest.first + count, rest.count - count};
      flags &= ~RegionIndex::Run::kBeginsRing;
      winding = 0;
    } while (rest.count > 0);
  }
  leaf.runs.end = static_cast<uint32_t>(out.runs_.size());
  out.leaves_.push_back(leaf);
  return static_cast<uint32_t>(out.leaves_.size() - 1) << RegionIndex::kTagBits |
         RegionIndex::kLeaf;
}

uint32_t RegionBuilder::lay_out_node(const Cells& cells, size_t cell, const CellFrame& frame,
                                     int depth, Layout& layout) {
  std::vector<Contents> drawn(1);
  draw_pieces(cells.pieces(cell), frame, layout, drawn[0]);
  const Cells inner = sort_cells(std::move(drawn), frame.grid.cells());
  RegionIndex& out = layout.out;
  RegionIndex::Node node;
  node.grid = frame.grid;
  node.covers = add_covers(cells, cell, layout);
  node.first_cell = static_cast<uint32_t>(out.cells_.size());
  const auto number = static_cast<uint32_t>(out.nodes_.size());
  out.nodes_.push_back(node);
  out.cells_.resize(out.cells_.size() + frame.grid.cells());
  for (uint32_t row = 0; row < frame.grid.rows; ++row) {
    for (uint32_t column = 0; column < frame.grid.columns; ++column) {
      const size_t at = size_t{row} * frame.grid.columns + column;
      const uint32_t laid =
          lay_out_cell(inner, at, frame.cell_box(column, row), frame, depth + 1, layout);
      out.cells_[node.first_cell + at] = laid;
    }
  }
  return number << RegionIndex::kTagBits | RegionIndex::kNode;
}

void RegionBuilder::draw_pieces(std::span<const Piece> pieces, const CellFrame& frame,
                                Layout& layout, Contents& contents) {
  std::vector<RingPart> rings;
  for (size_t i = 0; i < pieces.size();) {
    const uint32_t row = pieces[i].row;
    rings.clear();
    for (; i < pieces.size() && pieces[i].row == row; ++i) {
      if (pieces[i].begins_ring) rings.push_back({pieces[i].outer, pieces[i].winding, {}});
      if (pieces[i].run.count > 0) rings.back().runs.push_back(pieces[i].run);
    }
    layout.rows.draw(row, rings, frame, true, contents);
  }
}

GeometryStore::Range RegionBuilder::add_covers(const Cells& cells, size_t cell,
                                               Layout& layout) const {
  std::vector<uint32_t>& to = layout.out.covers_;
  GeometryStore::Range range{static_cast<uint32_t>(to.size()), 0};
  for (const RegionRows::Cover& cover : cells.covers(cell)) to.push_back(cover.row);
  range.end = static_cast<uint32_t>(to.size());
  return range;
}

size_t RegionBuilder::threads_for(size_t work) const {
  return std::clamp(work / kWorkWorthAThread, size_t{1},
                    static_cast<size_t>(std::max(options_.threads, 1)));
}

void RegionBuilder::take(size_t bytes) {
  if (taken_.fetch_add(bytes, std::memory_order_relaxed) + bytes > options_.memory_limit) {
    too_large_ = true;
  }
}

bool RegionBuilder::stopped() {
  if (options_.cancel != nullptr && options_.cancel->requested()) cancelled_ = true;
  return cancelled_ || too_large_;
}

Status RegionBuilder::status() const {
  if (cancelled_) return index_cancelled();
  if (too_large_) return index_out_of_memory(options_.memory_limit);
  return {};
}

}  // namespace rhumb
