#include "geo/planar_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/distance.h"
#include "geo/orientation.h"
#include "geo/point_in_polygon.h"

namespace rhumb {
namespace {

// Squares between these lost nothing.
constexpr double kLeastSquare = 1e-280, kMostSquare = 1e280;

double point_distance(Position a, Position b) {
  const double dx = a.x - b.x, dy = a.y - b.y;
  const double square = dx * dx + dy * dy;
  return square > kLeastSquare && square < kMostSquare ? std::sqrt(square) : std::hypot(dx, dy);
}

/// The least distance from p to many segments. As segment_distance of each, but squares are
/// compared and one root is taken; what they are too coarse for is measured by itself.
class LeastDistance {
 public:
  explicit LeastDistance(Position p) : p_(p), p_square_(p.x * p.x + p.y * p.y) {}

  void show(Position a, Position b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    const double length2 = dx * dx + dy * dy;
    const double along = ((p_.x - a.x) * dx + (p_.y - a.y) * dy) / length2;
    const double at = std::clamp(along, 0.0, 1.0);
    const double x = p_.x - (at == 1 ? b.x : a.x + at * dx);
    const double y = p_.y - (at == 1 ? b.y : a.y + at * dy);
    const double square = x * x + y * y;
    // So near that p may lie on it, or so far that squares say nothing.
    constexpr double kRounding2 = 1e-27;
    const bool measured = length2 > kLeastSquare && length2 < kMostSquare && square < kMostSquare &&
                          square > kRounding2 * (p_square_ + length2) + kLeastSquare;
    if (measured) {
      least_square_ = std::min(least_square_, square);
    } else {
      least_ = std::min(least_, segment_distance(p_, a, b));
    }
  }

  [[nodiscard]] double value() const { return std::min(least_, std::sqrt(least_square_)); }

 private:
  Position p_;
  double p_square_;
  double least_square_ = std::numeric_limits<double>::infinity();
  double least_ = std::numeric_limits<double>::infinity();
};

double ring_distance(std::span<const Position> ring, Position p) {
  if (ring.size() == 1) return point_distance(p, ring[0]);
  LeastDistance least(p);
  for (size_t i = 0; i + 1 < ring.size(); ++i) least.show(ring[i], ring[i + 1]);
  return least.value();
}

double part_distance(const GeometryStore& store, GeometryStore::Index part, Position p) {
  if (store.part_kind(part) == WkbKind::kPolygon &&
      locate_in_polygon(store, part, p) != PointPlace::kOutside) {
    return 0;
  }
  const GeometryStore::Range rings = store.rings(part);
  double least = std::numeric_limits<double>::infinity();
  for (GeometryStore::Index i = rings.first; i < rings.end; ++i) {
    least = std::min(least, ring_distance(store.ring(i), p));
  }
  return least;
}

}  // namespace

double segment_distance(Position p, Position a, Position b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double length2 = dx * dx + dy * dy;
  const double along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2;
  // Also where length2 over- or underflows: then the nearer end is as exact as it gets.
  if (!(along > 0) || !(along < 1)) {
    const double to_a = point_distance(p, a), to_b = point_distance(p, b);
    if (std::isnan(along) && on_segment(a, b, p)) return 0;
    return std::min(to_a, to_b);
  }
  if (on_segment(a, b, p)) return 0;
  return point_distance(p, {a.x + along * dx, a.y + along * dy});
}

double planar_distance(const GeometryStore& store, GeometryStore::Index row, Position p) {
  const GeometryStore::Range parts = store.parts(row);
  double least = std::numeric_limits<double>::infinity();
  for (GeometryStore::Index part = parts.first; part < parts.end && least > 0; ++part) {
    least = std::min(least, part_distance(store, part, p));
  }
  return least;
}

double sphere_distance_m(const GeometryStore& a, GeometryStore::Index row_a, const GeometryStore& b,
                         GeometryStore::Index row_b) {
  double least = std::numeric_limits<double>::infinity();
  const GeometryStore::Range of_a = a.row_positions(row_a), of_b = b.row_positions(row_b);
  for (GeometryStore::Index i = of_a.first; i < of_a.end; ++i) {
    for (GeometryStore::Index j = of_b.first; j < of_b.end; ++j) {
      least = std::min(least, sphere_distance_m(a.position(i), b.position(j)));
    }
  }
  return least;
}

}  // namespace rhumb
