#pragma once

#include "geo/geometry_store.h"

namespace rhumb {

/// From p to the nearest point of the segment, by the formula of PostGIS; 0 exactly when p lies on
/// it. For every finite double as far as the result is one.
[[nodiscard]] double segment_distance(Position p, Position a, Position b);

/// From p to a row of any kind; 0 inside polygons and on their boundary. O(positions), stops early
/// at 0. REQUIRES: store.is_present(row) and p is finite
[[nodiscard]] double planar_distance(const GeometryStore& store, GeometryStore::Index row,
                                     Position p);

/// The least distance of any two positions on the sphere, in metres. REQUIRES: both rows are
/// present and puntal
[[nodiscard]] double sphere_distance_m(const GeometryStore& a, GeometryStore::Index row_a,
                                       const GeometryStore& b, GeometryStore::Index row_b);

}  // namespace rhumb
