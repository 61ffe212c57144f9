#include <algorithm>
#include <cmath>
#include <utility>

#include "geo/box_distance.h"
#include "geo/pair_tester.h"
#include "geo/spatial_errors.h"
#include "geo/spatial_index.h"
#include "geo/spatial_parts.h"

namespace rhumb {

struct SpatialIndex::Search::State {
  State(std::shared_ptr<const Parts> index, SpatialRelation wanted, double distance)
      : parts(std::move(index)),
        tester(parts->store, wanted, distance),
        relation(wanted),
        reach(distance),
        regions(is_of_regions(wanted) && parts->regions ? &*parts->regions : nullptr),
        least(wanted == SpatialRelation::kContains ? PointPlace::kInside : PointPlace::kBoundary) {}

  static bool is_of_regions(SpatialRelation relation) {
    return relation == SpatialRelation::kIntersects || relation == SpatialRelation::kContains ||
           relation == SpatialRelation::kCovers;
  }

  /// Calls `found(row)` for what matches the probe, in no order, until it returns false.
  template <typename Found>
  void run(Found found);
  template <typename Found>
  bool run_tree(const BoxTree& tree, const CoarseBox& box, Found& found);
  template <typename Found>
  void run_sphere(Found& found);
  template <typename Found>
  void run_point(Position at, Found found);
  /// False when there is nothing to look for.
  bool take_probe(std::string_view wkb);
  void take_point(Position at) {
    probe.clear();
    probe.append_point(at.x, at.y);
  }

  std::shared_ptr<const Parts> parts;
  PairTester tester;
  SpatialRelation relation;
  double reach;
  const RegionIndex* regions;  ///< where points among polygons are looked up; or none
  PointPlace least;            ///< where a point has to be to match
  GeometryStore probe;
};

template <typename Found>
void SpatialIndex::Search::State::run(Found found) {
  tester.set_probe(probe);
  if (relation == SpatialRelation::kDWithinSphere) {
    run_sphere(found);
    return;
  }
  const CoarseBox box(probe.box(0));
  if (run_tree(parts->polygons, box, found)) run_tree(parts->others, box, found);
}

template <typename Found>
bool SpatialIndex::Search::State::run_tree(const BoxTree& tree, const CoarseBox& box,
                                           Found& found) {
  const auto test = [&](uint32_t row, const CoarseBox& row_box) {
    if (!tester.can_match(row_box, box) || !tester.matches(row)) return true;
    return found(row);
  };
  if (relation != SpatialRelation::kDWithin) return tree.visit(box, test);
  // Comparing boxes is what most of the time goes into: the cheap question first.
  const CoarseBox around = grown_box(box, reach);
  const double reach_square = square_of_reach(reach);
  return tree.visit_where(
      [&](const CoarseBox& other) {
        return other.meets(around) && least_planar_square(other, box) <= reach_square;
      },
      test);
}

template <typename Found>
void SpatialIndex::Search::State::run_sphere(Found& found) {
  if (!parts->only_points || !is_puntal(probe.kind(0))) {
    if (!tester.fault) tester.fault = sphere_is_for_points();
    return;
  }
  const auto is_near = [&](const CoarseBox& box) {
    const GeometryStore::Range range = probe.row_positions(0);
    for (GeometryStore::Index i = range.first; i < range.end; ++i) {
      if (least_sphere_distance_m(box, probe.position(i)) <= reach) return true;
    }
    return false;
  };
  parts->others.visit_where(is_near, [&](uint32_t row, const CoarseBox& /*box*/) {
    return !tester.matches(row) || found(row);
  });
}

// NaN and infinity are in no cell.
template <typename Found>
void SpatialIndex::Search::State::run_point(Position at, Found found) {
  if (regions == nullptr) {
    if (!std::isfinite(at.x) || !std::isfinite(at.y)) return;
    take_point(at);
    run(found);
    return;
  }
  const bool go_on = regions->locate(
      at, [&](uint32_t row, PointPlace place) { return place < least || found(row); });
  if (!go_on || parts->others.size() == 0 || !std::isfinite(at.x) || !std::isfinite(at.y)) return;
  take_point(at);
  tester.set_probe(probe);
  run_tree(parts->others, CoarseBox({at.x, at.y, at.x, at.y}), found);
}

bool SpatialIndex::Search::State::take_probe(std::string_view wkb) {
  probe.clear();
  Status read = probe.append(wkb);
  if (read.ok()) return probe.is_present(0);
  if (!tester.fault) tester.fault = std::move(read).error();
  return false;
}

namespace {

/// Appends what it is shown; afterwards brings it into order, which it mostly is.
class RowCollector {
 public:
  explicit RowCollector(std::vector<uint32_t>& rows) : rows_(rows), first_(rows.size()) {}
  auto taker() {
    return [this](uint32_t row) {
      rows_.push_back(row);
      return true;
    };
  }
  void sort() {
    if (rows_.size() - first_ > 1) {
      std::sort(rows_.begin() + static_cast<std::ptrdiff_t>(first_), rows_.end());
    }
  }

 private:
  std::vector<uint32_t>& rows_;
  size_t first_;
};

}  // namespace

SpatialIndex::Search::Search(std::unique_ptr<State> state) : state_(std::move(state)) {}
SpatialIndex::Search::Search(Search&&) noexcept = default;
SpatialIndex::Search& SpatialIndex::Search::operator=(Search&&) noexcept = default;
SpatialIndex::Search::~Search() = default;

SpatialIndex::Search SpatialIndex::search(SpatialRelation relation, double distance) const {
  return Search(std::make_unique<Search::State>(parts_, relation, distance));
}

void SpatialIndex::Search::find(std::string_view probe_wkb, std::vector<uint32_t>& rows) {
  if (const std::optional<Position> at = wkb_point(probe_wkb)) {
    find_point(at->x, at->y, rows);
    return;
  }
  if (!state_->take_probe(probe_wkb)) return;
  RowCollector collector(rows);
  state_->run(collector.taker());
  collector.sort();
}

void SpatialIndex::Search::find_point(double x, double y, std::vector<uint32_t>& rows) {
  RowCollector collector(rows);
  state_->run_point({x, y}, collector.taker());
  collector.sort();
}

bool SpatialIndex::Search::any(std::string_view probe_wkb) {
  if (const std::optional<Position> at = wkb_point(probe_wkb)) return any_point(at->x, at->y);
  if (!state_->take_probe(probe_wkb)) return false;
  bool found = false;
  state_->run([&](uint32_t) {
    found = true;
    return false;
  });
  return found;
}

bool SpatialIndex::Search::any_point(double x, double y) {
  bool found = false;
  state_->run_point({x, y}, [&](uint32_t) {
    found = true;
    return false;
  });
  return found;
}

const std::optional<Error>& SpatialIndex::Search::fault() const {
  return state_->tester.fault;
}

std::optional<Error> SpatialIndex::Search::take_fault() {
  return std::exchange(state_->tester.fault, std::nullopt);
}

}  // namespace rhumb
