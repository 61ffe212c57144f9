#include <algorithm>
#include <cmath>
#include <utility>

#include "geo/box_distance.h"
#include "geo/pair_tester.h"
#include "geo/spatial_errors.h"
#include "geo/spatial_index.h"
#include "geo/spatial_parts.h"

namespace rhumb {
namespace {

/// The k least of what it was shown, as a heap whose top is the worst of them.
class NearestRows {
 public:
  NearestRows(size_t k, double max_distance) : k_(k), max_distance_(max_distance) {}

  void show(Neighbour one) {
    if (!(one.distance <= max_distance_)) return;
    if (heap_.size() == k_) {
      if (!is_nearer(one, heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), is_nearer);
      heap_.pop_back();
    }
    heap_.push_back(one);
    std::push_heap(heap_.begin(), heap_.end(), is_nearer);
  }

  /// What is farther cannot be among them.
  [[nodiscard]] double reach() const {
    return heap_.size() == k_ ? heap_.front().distance : max_distance_;
  }

  void append_to(std::vector<Neighbour>& out) {
    std::sort_heap(heap_.begin(), heap_.end(), is_nearer);
    out.insert(out.end(), heap_.begin(), heap_.end());
  }

 private:
  static bool is_nearer(const Neighbour& a, const Neighbour& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
  }

  size_t k_;
  double max_distance_;
  std::vector<Neighbour> heap_;
};

double least_distance(const CoarseBox& box, const GeometryStore& probe, const CoarseBox& probe_box,
                      Metric metric) {
  if (metric == Metric::kPlanar) return least_planar_distance(box, probe_box);
  double least = std::numeric_limits<double>::infinity();
  const GeometryStore::Range range = probe.row_positions(0);
  for (GeometryStore::Index i = range.first; i < range.end; ++i) {
    least = std::min(least, least_sphere_distance_m(box, probe.position(i)));
  }
  return least;
}

}  // namespace

Status SpatialIndex::nearest(std::string_view probe_wkb, size_t k, double max_distance,
                             Metric metric, std::vector<Neighbour>& neighbours) const {
  GeometryStore probe;
  RHUMB_TRY(probe.append(probe_wkb));
  if (k == 0 || !probe.is_present(0)) return {};
  if (metric == Metric::kSphere && (!parts_->only_points || !is_puntal(probe.kind(0)))) {
    return sphere_is_for_points();
  }
  PairTester tester(parts_->store, SpatialRelation::kDWithin, max_distance);
  tester.set_probe(probe);
  const CoarseBox probe_box(probe.box(0));
  NearestRows found(k, max_distance);
  for (const BoxTree* tree : {&parts_->polygons, &parts_->others}) {
    tree->nearest(
        [&](const CoarseBox& box) { return least_distance(box, probe, probe_box, metric); },
        [&](uint32_t row) {
          found.show({row, tester.distance(row, metric)});
        },
        [&] { return found.reach(); });
  }
  if (tester.fault) return *std::move(tester.fault);
  found.append_to(neighbours);
  return {};
}

}  // namespace rhumb
