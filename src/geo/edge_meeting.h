#pragma once

#include <optional>
#include <span>
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
  /// What rows are compared with from now on. REQUIRES: the row is present, and `other` stays as it
  /// is until the next call
  void set_other(const GeometryStore& other, GeometryStore::Index row);

  /// As GEOS answers when it has prepared this row: edges that meet, or a ring or line of the one
  /// that begins inside the other. What is inside is a matter of how many edges a ray crosses:
  /// those of the whole row in the first, of each polygon in the second; so invalid polygons have
  /// the same answers too. Nothing for other kinds than lines and polygons, for holes that reach
  /// out of their polygon and for more edges than this is quick with. REQUIRES: the row is present;
  /// set_other. O(positions + pairs of edges where the boxes meet)
  [[nodiscard]] std::optional<bool> decide(const GeometryStore& prepared, GeometryStore::Index row);

 private:
  struct Edge {
    Position from, to;
  };
  using Edges = std::vector<Edge>;

  static std::optional<GeoBox> sound_box(const GeometryStore& store, GeometryStore::Index row,
                                         const GeoBox& near, Edges& edges);
  static GeoBox collect(std::span<const Position> ring, const GeoBox& near, Edges& edges);
  void examine_other();
  [[nodiscard]] bool edges_meet() const;

  const GeometryStore* other_ = nullptr;
  GeometryStore::Index other_row_ = 0;
  bool examined_ = false;            ///< whether the next one is known
  std::optional<GeoBox> other_box_;  ///< nothing when no row can be decided
  Edges edges_, other_edges_;        ///< where the boxes meet
};

}  // namespace rhumb
