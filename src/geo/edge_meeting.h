#pragma once

#include <optional>
#include <vector>

#include "geo/geometry_store.h"

namespace rhumb {

/// Whether the segments from a to b and from c to d have a place in common, their ends included.
/// Exact; a segment may be one place.
[[nodiscard]] bool segments_meet(Position a, Position b, Position c, Position d);

/// Tells of lines and polygons of few positions whether they have a place in common, where making
/// them known to GEOS would take most of the time. Scratch memory of one thread.
class EdgeMeeting {
 public:
  /// Of two rows, as GEOS answers when it has prepared the first: edges that meet, or a ring or
  /// line of the one that begins inside the other. What is inside is a matter of how many edges a
  /// ray crosses: those of the whole row in the first, of each polygon in the second; so invalid
  /// polygons have the same answers too. Nothing for other kinds, for holes that reach out of their
  /// polygon and for more edges than this is quick with. REQUIRES: both rows are present.
  /// O(positions + pairs of edges in the common box)
  [[nodiscard]] std::optional<bool> decide(const GeometryStore& prepared, GeometryStore::Index row,
                                           const GeometryStore& other,
                                           GeometryStore::Index other_row);

 private:
  struct Edge {
    Position from, to;
  };

  static void collect(const GeometryStore& store, GeometryStore::Index row, const GeoBox& box,
                      std::vector<Edge>& edges);

  std::vector<Edge> edges_, other_edges_;  ///< what meets the box they have in common
};

}  // namespace rhumb
