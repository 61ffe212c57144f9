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
        reach(distance) {}

  /// Calls `found(row)` for what matches the probe, in no order, until it returns false.
  template <typename Found>
  void run(Found found);
  template <typename Found>
  void run_planar(const CoarseBox& box, Found& found);
  template <typename Found>
  void run_sphere(Found& found);
  /// False when there is nothing to look for.
  bool take_probe(std::string_view wkb);

  void find(std::vector<uint32_t>& rows) {
    const auto first = static_cast<std::ptrdiff_t>(rows.size());
    run([&](uint32_t row) {
      rows.push_back(row);
      return true;
    });
    std::sort(rows.begin() + first, rows.end());
  }

  bool any() {
    bool found = false;
    run([&](uint32_t) {
      found = true;
      return false;
    });
    return found;
  }

  std::shared_ptr<const Parts> parts;
  PairTester tester;
  SpatialRelation relation;
  double reach;
  GeometryStore probe;
};

template <typename Found>
void SpatialIndex::Search::State::run(Found found) {
  tester.set_probe(probe);
  if (relation == SpatialRelation::kDWithinSphere) {
    run_sphere(found);
  } else {
    run_planar(CoarseBox(probe.box(0)), found);
  }
}

template <typename Found>
void SpatialIndex::Search::State::run_planar(const CoarseBox& box, Found& found) {
  const auto test = [&](uint32_t row, const CoarseBox& row_box) {
    if (!tester.can_match(row_box, box) || !tester.matches(row)) return true;
    return found(row);
  };
  if (relation == SpatialRelation::kDWithin) {
    parts->tree.visit_where(
        [&](const CoarseBox& other) { return least_planar_distance(other, box) <= reach; }, test);
  } else {
    parts->tree.visit(box, test);
  }
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
  parts->tree.visit_where(is_near, [&](uint32_t row, const CoarseBox& /*box*/) {
    return !tester.matches(row) || found(row);
  });
}

bool SpatialIndex::Search::State::take_probe(std::string_view wkb) {
  probe.clear();
  Status read = probe.append(wkb);
  if (read.ok()) return probe.is_present(0);
  if (!tester.fault) tester.fault = std::move(read).error();
  return false;
}

SpatialIndex::Search::Search(std::unique_ptr<State> state) : state_(std::move(state)) {}
SpatialIndex::Search::Search(Search&&) noexcept = default;
SpatialIndex::Search& SpatialIndex::Search::operator=(Search&&) noexcept = default;
SpatialIndex::Search::~Search() = default;

SpatialIndex::Search SpatialIndex::search(SpatialRelation relation, double distance) const {
  return Search(std::make_unique<Search::State>(parts_, relation, distance));
}

void SpatialIndex::Search::find(std::string_view probe_wkb, std::vector<uint32_t>& rows) {
  if (state_->take_probe(probe_wkb)) state_->find(rows);
}

bool SpatialIndex::Search::any(std::string_view probe_wkb) {
  return state_->take_probe(probe_wkb) && state_->any();
}

void SpatialIndex::Search::find_point(double x, double y, std::vector<uint32_t>& rows) {
  if (!std::isfinite(x) || !std::isfinite(y)) return;
  state_->probe.clear();
  state_->probe.append_point(x, y);
  state_->find(rows);
}

bool SpatialIndex::Search::any_point(double x, double y) {
  if (!std::isfinite(x) || !std::isfinite(y)) return false;
  state_->probe.clear();
  state_->probe.append_point(x, y);
  return state_->any();
}

const std::optional<Error>& SpatialIndex::Search::fault() const {
  return state_->tester.fault;
}

std::optional<Error> SpatialIndex::Search::take_fault() {
  return std::exchange(state_->tester.fault, std::nullopt);
}

}  // namespace rhumb
