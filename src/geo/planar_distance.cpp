#include "geo/planar_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/distance.h"
#include "geo/orientation.h"
#include "geo/point_in_polygon.h"

namespace rhumb {
namespace {

double ring_distance(std::span<const Position> ring, Position p) {
  if (ring.size() == 1) return std::hypot(p.x - ring[0].x, p.y - ring[0].y);
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    least = std::min(least, segment_distance(p, ring[i], ring[i + 1]));
  }
  return least;
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
    const double to_a = std::hypot(p.x - a.x, p.y - a.y), to_b = std::hypot(p.x - b.x, p.y - b.y);
    if (std::isnan(along) && on_segment(a, b, p)) return 0;
    return std::min(to_a, to_b);
  }
  if (on_segment(a, b, p)) return 0;
  return std::hypot(p.x - (a.x + along * dx), p.y - (a.y + along * dy));
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
