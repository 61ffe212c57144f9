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
  /// The next search; memory stays.
  void begin(size_t k, double max_distance) {
    k_ = k;
    max_distance_ = max_distance;
    heap_.clear();
  }

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

  size_t k_ = 0;
  double max_distance_ = 0;
  std::vector<Neighbour> heap_;
};

double least_sphere_distance_m(const CoarseBox& box, const GeometryStore& probe) {
  double least = std::numeric_limits<double>::infinity();
  const GeometryStore::Range range = probe.row_positions(0);
  for (GeometryStore::Index i = range.first; i < range.end; ++i) {
    least = std::min(least, least_sphere_distance_m(box, probe.position(i)));
  }
  return least;
}

}  // namespace

struct SpatialIndex::NearestSearch::State {
  State(std::shared_ptr<const Parts> index, Metric wanted)
      : parts(std::move(index)),
        metric(wanted),
        tester(parts->store, SpatialRelation::kDWithin, 0) {}

  Status take_probe(std::string_view wkb);
  /// `bound` and `reach` in what it compares: metres or squares.
  template <typename Bound, typename Reach>
  void run(Bound bound, Reach reach);

  std::shared_ptr<const Parts> parts;
  Metric metric;
  PairTester tester;
  GeometryStore probe;
  NearestRows found;
};

Status SpatialIndex::NearestSearch::State::take_probe(std::string_view wkb) {
  probe.clear();
  const std::optional<Position> at = wkb_point(wkb);
  if (!at) return probe.append(wkb);
  if (std::isfinite(at->x) && std::isfinite(at->y)) probe.append_point(at->x, at->y);
  return {};
}

template <typename Bound, typename Reach>
void SpatialIndex::NearestSearch::State::run(Bound bound, Reach reach) {
  for (const BoxTree* tree : {&parts->polygons, &parts->others}) {
    tree->nearest(
        bound,
        [&](uint32_t row) {
          found.show({row, tester.distance(row, metric)});
        },
        reach);
  }
}

SpatialIndex::NearestSearch::NearestSearch(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
SpatialIndex::NearestSearch::NearestSearch(NearestSearch&&) noexcept = default;
SpatialIndex::NearestSearch& SpatialIndex::NearestSearch::operator=(NearestSearch&&) noexcept =
    default;
SpatialIndex::NearestSearch::~NearestSearch() = default;

SpatialIndex::NearestSearch SpatialIndex::nearest_search(Metric metric) const {
  return NearestSearch(std::make_unique<NearestSearch::State>(parts_, metric));
}

Status SpatialIndex::NearestSearch::find(std::string_view probe_wkb, size_t k, double max_distance,
                                         std::vector<Neighbour>& neighbours) {
  State& state = *state_;
  const GeometryStore& probe = state.probe;
  RHUMB_TRY(state.take_probe(probe_wkb));
  if (k == 0 || probe.rows() == 0 || !probe.is_present(0)) return {};
  NearestRows& found = state.found;
  found.begin(k, max_distance);
  state.tester.set_probe(probe);
  if (state.metric == Metric::kSphere) {
    if (!state.parts->only_points || !is_puntal(probe.kind(0))) return sphere_is_for_points();
    state.run([&](const CoarseBox& box) { return least_sphere_distance_m(box, probe); },
              [&] { return found.reach(); });
  } else {
    const CoarseBox probe_box(probe.box(0));
    state.run([&](const CoarseBox& box) { return least_planar_square(box, probe_box); },
              [&] { return square_of_reach(found.reach()); });
  }
  if (state.tester.fault) return *std::exchange(state.tester.fault, std::nullopt);
  found.append_to(neighbours);
  return {};
}

}  // namespace rhumb
