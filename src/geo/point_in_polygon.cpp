#include "geo/point_in_polygon.h"

#include "geo/orientation.h"

namespace rhumb {

// Counts how often the ring passes the ray from p to the right: up +1, down -1. An edge has its
// lower end and not its upper one, so that a vertex on the ray counts once. (The winding number of
// D. Sunday, Inclusion of a Point in a Polygon, 2001.)
PointPlace locate_in_ring(std::span<const Position> ring, Position p) {
  int64_t winding = 0;
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    const Position a = ring[i], b = ring[i + 1];
    const bool from_below = a.y <= p.y, to_below = b.y <= p.y;
    if (from_below == to_below) {
      // The end that an edge does not have, and edges that lie in the ray.
      if ((a.y == p.y || b.y == p.y) && on_segment(a, b, p)) return PointPlace::kBoundary;
      continue;
    }
    if (a.x < p.x && b.x < p.x) continue;
    const int side = orientation(a, b, p);
    if (side == 0) return PointPlace::kBoundary;
    if (from_below && side > 0) ++winding;
    if (to_below && side < 0) --winding;
  }
  return winding == 0 ? PointPlace::kOutside : PointPlace::kInside;
}

PointPlace locate_in_polygon(const GeometryStore& store, GeometryStore::Index part, Position p) {
  const GeometryStore::Range rings = store.rings(part);
  const PointPlace outer = locate_in_ring(store.ring(rings.first), p);
  if (outer != PointPlace::kInside) return outer;
  for (GeometryStore::Index i = rings.first + 1; i < rings.end; ++i) {
    const PointPlace hole = locate_in_ring(store.ring(i), p);
    if (hole == PointPlace::kInside) return PointPlace::kOutside;
    if (hole == PointPlace::kBoundary) return PointPlace::kBoundary;
  }
  return PointPlace::kInside;
}

PointPlace locate_in_polygons(const GeometryStore& store, GeometryStore::Index row, Position p) {
  const GeometryStore::Range parts = store.parts(row);
  for (GeometryStore::Index part = parts.first; part < parts.end; ++part) {
    const PointPlace place = locate_in_polygon(store, part, p);
    if (place != PointPlace::kOutside) return place;
  }
  return PointPlace::kOutside;
}

}  // namespace rhumb
