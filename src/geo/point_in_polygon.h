#pragma once

#include <cstdint>
#include <span>

#include "geo/geometry_store.h"

namespace rhumb {

enum class PointPlace : int8_t { kOutside = -1, kBoundary = 0, kInside = 1 };

/// Where a point lies with respect to a ring, exactly. Inside is where the ring winds around it, in
/// either direction and however often (the nonzero rule of PostGIS; the middle of a pentagram is
/// inside). O(positions). REQUIRES: a closed ring of finite positions; p is finite
[[nodiscard]] PointPlace locate_in_ring(std::span<const Position> ring, Position p);

/// With respect to a polygon or multipolygon, as PostGIS decides for ST_Contains and ST_Intersects
/// of a point: a part's holes count where its outer ring holds the point, and the first part that
/// the point is not outside of decides. For valid geometries no order matters.
/// REQUIRES: is_polygonal(store.kind(row)) and p is finite
[[nodiscard]] PointPlace locate_in_polygons(const GeometryStore& store, GeometryStore::Index row,
                                            Position p);

/// The same for one part. REQUIRES: store.part_kind(part) is kPolygon and p is finite
[[nodiscard]] PointPlace locate_in_polygon(const GeometryStore& store, GeometryStore::Index part,
                                           Position p);

}  // namespace rhumb
