#include "geo/pair_tester.h"

#include <limits>
#include <utility>

#include "geo/planar_distance.h"
#include "geo/point_in_polygon.h"
#include "geo/spatial_errors.h"

namespace rhumb {
namespace {

using Relation = SpatialRelation;

constexpr double kNoDistance = std::numeric_limits<double>::quiet_NaN();
/// Positions of the rows kept prepared; GEOS takes some 200 bytes for each.
constexpr size_t kMostKeptPositions = 500'000;

/// PostGIS's rule for points against a polygon: contained when none is outside and one is inside,
/// covered when none is outside, meeting when one is not outside.
bool decide_points_in_polygon(Relation relation, const GeometryStore& polygon,
                              GeometryStore::Index polygon_row, const GeometryStore& points,
                              GeometryStore::Index points_row) {
  const GeometryStore::Range range = points.row_positions(points_row);
  bool inside = false;
  for (GeometryStore::Index i = range.first; i < range.end; ++i) {
    const PointPlace place = locate_in_polygons(polygon, polygon_row, points.position(i));
    const bool out = place == PointPlace::kOutside;
    if (relation == Relation::kIntersects && !out) return true;
    if (relation != Relation::kIntersects && out) return false;
    inside |= place == PointPlace::kInside;
  }
  return relation == Relation::kCovers || (relation == Relation::kContains && inside);
}

int dimension(const GeometryStore& store, GeometryStore::Index row) {
  switch (store.kind(row)) {
    case WkbKind::kPoint:
    case WkbKind::kMultiPoint:
      return 0;
    case WkbKind::kLineString:
    case WkbKind::kMultiLineString:
      return 1;
    default:
      return 2;
  }
}

}  // namespace

PairTester::PairTester(const GeometryStore& rows, Relation relation, double distance)
    : rows_(rows), relation_(relation), reach_(distance) {}

void PairTester::set_probe(const GeometryStore& probe) {
  probe_ = &probe;
  probe_shape_ = Geos::Shape();
  edges_.set_other(probe, 0);
}

bool PairTester::can_match(const CoarseBox& row, const CoarseBox& probe) const {
  switch (relation_) {
    case Relation::kContains:
    case Relation::kCovers:
    case Relation::kContainsProperly:
      return row.contains(probe);
    case Relation::kWithin:
    case Relation::kCoveredBy:
      return probe.contains(row);
    case Relation::kEquals:
      return row == probe;
    case Relation::kDWithin:
    case Relation::kDWithinSphere:
      return true;
    default:
      return row.meets(probe);
  }
}

bool PairTester::matches(GeometryStore::Index row) {
  if (relation_ == Relation::kDWithin) return planar(row, true) <= reach_;
  if (relation_ == Relation::kDWithinSphere) return distance(row, Metric::kSphere) <= reach_;
  std::optional<bool> known = decide_by_points(row);
  if (!known && relation_ == Relation::kIntersects) known = edges_.decide(rows_, row);
  return known ? *known : decide_by_geos(row);
}

std::optional<bool> PairTester::decide_by_points(GeometryStore::Index row) const {
  const WkbKind kind = rows_.kind(row), probe_kind = probe_->kind(0);
  if (kind == WkbKind::kPoint && probe_kind == WkbKind::kPoint) {
    const bool one_place = rows_.position(rows_.row_positions(row).first) == probe_->position(0);
    const bool inner = relation_ == Relation::kTouches || relation_ == Relation::kCrosses ||
                       relation_ == Relation::kOverlaps;
    return one_place && !inner;
  }
  if (is_polygonal(kind) && is_puntal(probe_kind)) {
    switch (relation_) {
      case Relation::kIntersects:
      case Relation::kContains:
      case Relation::kCovers:
        return decide_points_in_polygon(relation_, rows_, row, *probe_, 0);
      case Relation::kTouches:
        // For one point, GEOS is asked only where it can say yes.
        if (probe_kind == WkbKind::kPoint &&
            locate_in_polygons(rows_, row, probe_->position(0)) != PointPlace::kBoundary) {
          return false;
        }
        break;
      default:
        break;
    }
  }
  if (is_puntal(kind) && is_polygonal(probe_kind)) {
    if (relation_ == Relation::kIntersects || relation_ == Relation::kWithin ||
        relation_ == Relation::kCoveredBy) {
      const Relation turned = relation_ == Relation::kWithin      ? Relation::kContains
                              : relation_ == Relation::kCoveredBy ? Relation::kCovers
                                                                  : Relation::kIntersects;
      return decide_points_in_polygon(turned, *probe_, 0, rows_, row);
    }
  }
  const bool collection = kind == WkbKind::kCollection || probe_kind == WkbKind::kCollection;
  const bool one_dimension = relation_ == Relation::kOverlaps || relation_ == Relation::kEquals;
  if (one_dimension && !collection && dimension(rows_, row) != dimension(*probe_, 0)) return false;
  if (relation_ == Relation::kEquals && rows_.same(row, *probe_, 0)) return true;
  return std::nullopt;
}

double PairTester::distance(GeometryStore::Index row, Metric metric) {
  if (metric == Metric::kPlanar) return planar(row, false);
  if (is_puntal(rows_.kind(row)) && is_puntal(probe_->kind(0))) {
    return sphere_distance_m(rows_, row, *probe_, 0);
  }
  fail(sphere_is_for_points());
  return kNoDistance;
}

// The row is kept prepared for the probes to come, or else the probe for other rows.
double PairTester::planar(GeometryStore::Index row, bool keep_row) {
  if (probe_->kind(0) == WkbKind::kPoint) {
    return planar_distance(rows_, row, probe_->position(0));
  }
  if (rows_.kind(row) == WkbKind::kPoint) {
    return planar_distance(*probe_, 0, rows_.position(rows_.row_positions(row).first));
  }
  Geos::Shape passing;
  Geos::Shape* indexed = keep_row ? prepared_row(row) : make(rows_, row, passing);
  Geos::Shape* probe = indexed == nullptr ? nullptr : prepared_probe();
  if (probe == nullptr) return kNoDistance;
  Result<double> apart =
      keep_row ? geos_->distance(*indexed, *probe) : geos_->distance(*probe, *indexed);
  if (apart.ok()) return *apart;
  fail(std::move(apart).error());
  return kNoDistance;
}

bool PairTester::decide_by_geos(GeometryStore::Index row) {
  Geos::Shape* indexed = prepared_row(row);
  Geos::Shape* probe = indexed == nullptr ? nullptr : prepared_probe();
  if (probe == nullptr) return false;
  Result<bool> answer = geos_->relates(relation_, *indexed, *probe);
  if (answer.ok()) return *answer;
  fail(std::move(answer).error());
  return false;
}

Geos::Shape* PairTester::make(const GeometryStore& store, GeometryStore::Index row,
                              Geos::Shape& to) {
  if (geos_ == nullptr) geos_ = std::make_unique<Geos>();
  Result<Geos::Shape> made = geos_->shape(store, row);
  if (made.ok()) {
    to = std::move(made).value();
    return &to;
  }
  fail(std::move(made).error());
  return nullptr;
}

Geos::Shape* PairTester::prepared_row(GeometryStore::Index row) {
  const auto known = row_shapes_.find(row);
  if (known != row_shapes_.end()) return &known->second;
  if (kept_positions_ > kMostKeptPositions) {
    row_shapes_.clear();
    kept_positions_ = 0;
  }
  Geos::Shape made;
  if (make(rows_, row, made) == nullptr) return nullptr;
  kept_positions_ += rows_.row_positions(row).size() + 10;
  return &row_shapes_.emplace(row, std::move(made)).first->second;
}

Geos::Shape* PairTester::prepared_probe() {
  return probe_shape_ ? &probe_shape_ : make(*probe_, 0, probe_shape_);
}

void PairTester::fail(Error error) {
  if (!fault) fault = std::move(error);
}

}  // namespace rhumb
