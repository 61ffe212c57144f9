#include "geo/box_tree.h"

#include <cmath>
#include <limits>
#include <thread>

#include "geo/hilbert.h"
#include "geo/spatial_errors.h"

namespace rhumb {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLargest = std::numeric_limits<float>::max();

// A float's range is smaller than a double's: what lies beyond it goes outward to infinity.
float below(double value) {
  if (std::fabs(value) > kLargest) return value > 0 ? kLargest : -kInfinity;
  const auto rounded = static_cast<float>(value);
  return static_cast<double>(rounded) > value ? std::nextafterf(rounded, -kInfinity) : rounded;
}

float above(double value) {
  if (std::fabs(value) > kLargest) return value > 0 ? kInfinity : -kLargest;
  const auto rounded = static_cast<float>(value);
  return static_cast<double>(rounded) < value ? std::nextafterf(rounded, kInfinity) : rounded;
}

void extend_coarse(CoarseBox& box, const CoarseBox& other) {
  box.xmin = std::min(box.xmin, other.xmin);
  box.ymin = std::min(box.ymin, other.ymin);
  box.xmax = std::max(box.xmax, other.xmax);
  box.ymax = std::max(box.ymax, other.ymax);
}

double middle(double low, double high) {
  return low / 2 + high / 2;
}

/// The place on the curve and, below it, the number of the entry.
using Key = uint64_t;

void sort_keys(std::pmr::vector<Key>& keys, int threads) {
  const size_t chunks = keys.size() < 100'000 ? 1 : static_cast<size_t>(std::max(threads, 1));
  std::vector<size_t> bounds;
  for (size_t i = 0; i <= chunks; ++i) bounds.push_back(keys.size() * i / chunks);
  const auto at = [&](size_t i) { return keys.begin() + static_cast<std::ptrdiff_t>(bounds[i]); };
  std::vector<std::thread> workers;
  for (size_t i = 1; i < chunks; ++i) {
    workers.emplace_back([&, i] { std::sort(at(i), at(i + 1)); });
  }
  std::sort(at(0), at(1));
  for (std::thread& worker : workers) worker.join();
  for (size_t i = 1; i < chunks; ++i) std::inplace_merge(at(0), at(i), at(i + 1));
}

}  // namespace

CoarseBox::CoarseBox(const GeoBox& box)
    : xmin(below(box[0])), ymin(below(box[1])), xmax(above(box[2])), ymax(above(box[3])) {}

Result<BoxTree> BoxTree::build(std::pmr::vector<Entry> entries, int threads,
                               const CancelFlag* cancel) {
  std::pmr::memory_resource* const memory = entries.get_allocator().resource();
  BoxTree tree(memory);
  if (entries.empty()) return tree;
  GeoBox all = kEmptyBox;
  for (const Entry& entry : entries) {
    extend(all, entry.box[0], entry.box[1]);
    extend(all, entry.box[2], entry.box[3]);
  }
  std::pmr::vector<Key> keys(entries.size(), memory);
  for (size_t i = 0; i < entries.size(); ++i) {
    const GeoBox& box = entries[i].box;
    const uint32_t place = hilbert_index(middle(box[0], box[2]), middle(box[1], box[3]), all);
    keys[i] = Key{place} << 32 | i;
  }
  if (cancel != nullptr && cancel->requested()) {
    return index_cancelled();
  }
  sort_keys(keys, threads);
  tree.rows_.reserve(entries.size());
  tree.boxes_.reserve(entries.size() + entries.size() / (kFanOut - 1) + 8);
  for (const Key key : keys) {
    const Entry& entry = entries[static_cast<uint32_t>(key)];
    tree.rows_.push_back(entry.row);
    tree.boxes_.emplace_back(entry.box);
  }
  tree.levels_.push_back({0, entries.size()});
  while (tree.levels_.back().size > 1) {
    const Level level = tree.levels_.back();
    const size_t first = tree.boxes_.size();
    for (size_t i = 0; i < level.size; i += kFanOut) {
      CoarseBox box = tree.boxes_[level.first + i];
      const size_t end = std::min(level.size, i + kFanOut);
      for (size_t j = i + 1; j < end; ++j) extend_coarse(box, tree.boxes_[level.first + j]);
      tree.boxes_.push_back(box);
    }
    tree.levels_.push_back({first, tree.boxes_.size() - first});
  }
  return tree;
}

}  // namespace rhumb
