#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "geo/box.h"

namespace rhumb {

/// A box in floats, never smaller than what it was made from. What one box contains or meets in
/// doubles it contains or meets in floats too, the other way round not always.
struct CoarseBox {
  float xmin = 0, ymin = 0, xmax = 0, ymax = 0;

  CoarseBox() = default;
  explicit CoarseBox(const GeoBox& box);

  [[nodiscard]] bool meets(const CoarseBox& other) const {
    return xmin <= other.xmax && other.xmin <= xmax && ymin <= other.ymax && other.ymin <= ymax;
  }
  [[nodiscard]] bool contains(const CoarseBox& other) const {
    return xmin <= other.xmin && ymin <= other.ymin && xmax >= other.xmax && ymax >= other.ymax;
  }
  bool operator==(const CoarseBox&) const = default;
};

/// A packed R-tree: boxes in the order of the Hilbert curve, sixteen to a node, built from the
/// bottom (I. Kamel and C. Faloutsos, On Packing R-trees, 1993). Immutable; reading is thread-safe.
class BoxTree {
 public:
  struct Entry {
    GeoBox box;
    uint32_t row = 0;
  };

  /// Empty. `memory` must outlive the tree.
  explicit BoxTree(std::pmr::memory_resource* memory) : boxes_(memory), rows_(memory) {}

  /// In the memory of the entries. Error: kCancelled. O(n log n).
  [[nodiscard]] static Result<BoxTree> build(std::pmr::vector<Entry> entries, int threads,
                                             const CancelFlag* cancel);

  /// Calls visit(row, box) for the entries whose box meets `query`, in no order, until it returns
  /// false. False when it was stopped.
  template <typename Visit>
  bool visit(const CoarseBox& query, Visit visit) const {
    return visit_where([&](const CoarseBox& box) { return box.meets(query); }, visit);
  }

  /// The same for the boxes that `where` is true for; true for a box, it is so for larger ones.
  template <typename Where, typename Visit>
  bool visit_where(Where where, Visit visit) const {
    if (rows_.empty() || !where(boxes_.back())) return true;
    return visit_node(where, levels_.size() - 1, 0, visit);
  }

  /// The nearer first, depth first (N. Roussopoulos et al., Nearest Neighbor Queries, 1995): calls
  /// bound(box) for nodes and entries, which tells the least distance that anything in the box may
  /// have, or anything that grows with it, and measure(row) for the entries whose bound is not more
  /// than `reach()` tells, which may become less with each of them.
  template <typename Bound, typename Measure, typename Reach>
  void nearest(Bound bound, Measure measure, Reach reach) const {
    if (rows_.empty() || !(bound(boxes_.back()) <= reach())) return;
    nearest_below(levels_.size() - 1, 0, bound, measure, reach);
  }

  [[nodiscard]] size_t size() const { return rows_.size(); }
  [[nodiscard]] size_t bytes() const {
    return boxes_.capacity() * sizeof(CoarseBox) + rows_.capacity() * sizeof(uint32_t);
  }

 private:
  static constexpr size_t kFanOut = 16;

  struct Level {
    size_t first = 0;  ///< in boxes_
    size_t size = 0;
  };
  struct Child {
    double bound;
    uint32_t index;  ///< in its level
  };

  template <typename Where, typename Visit>
  bool visit_node(Where& where, size_t level, size_t index, Visit& visit) const {
    if (level == 0) return visit(rows_[index], boxes_[index]);
    const Level& below = levels_[level - 1];
    const size_t end = std::min(below.size, (index + 1) * kFanOut);
    for (size_t i = index * kFanOut; i < end; ++i) {
      if (where(boxes_[below.first + i]) && !visit_node(where, level - 1, i, visit)) {
        return false;
      }
    }
    return true;
  }

  template <typename Bound, typename Measure, typename Reach>
  void nearest_below(size_t level, size_t index, Bound& bound, Measure& measure,
                     Reach& reach) const {
    if (level == 0) return measure(rows_[index]);
    const Level& below = levels_[level - 1];
    const size_t end = std::min(below.size, (index + 1) * kFanOut);
    std::array<Child, kFanOut> near;
    size_t count = 0;
    for (size_t i = index * kFanOut; i < end; ++i) {
      const double least = bound(boxes_[below.first + i]);
      if (!(least <= reach())) continue;
      size_t at = count++;
      for (; at > 0 && near[at - 1].bound > least; --at) near[at] = near[at - 1];
      near[at] = {least, static_cast<uint32_t>(i)};
    }
    for (size_t i = 0; i < count && near[i].bound <= reach(); ++i) {
      nearest_below(level - 1, near[i].index, bound, measure, reach);
    }
  }

  /// Entries, then their nodes, then those above; the root is last.
  std::pmr::vector<CoarseBox> boxes_;
  std::pmr::vector<uint32_t> rows_;  ///< of the entries
  std::vector<Level> levels_;
};

}  // namespace rhumb
