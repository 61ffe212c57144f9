#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/error.h"
#include "geo/box_tree.h"
#include "geo/edge_meeting.h"
#include "geo/geometry_store.h"
#include "geo/geos/geos.h"
#include "geo/spatial_relation.h"

namespace rhumb {

/// Decides one relation between rows and probes, exactly: by own arithmetic where points are
/// involved or a few edges have to meet, by GEOS otherwise. Keeps the rows that GEOS was asked
/// about prepared, up to a limit. Of one thread.
class PairTester {
 public:
  /// The rows must outlive it.
  PairTester(const GeometryStore& rows, SpatialRelation relation, double distance);

  /// What matches is decided for this probe from now on. REQUIRES: probe.is_present(0), and it
  /// stays as it is until the next call
  void set_probe(const GeometryStore& probe);

  /// Whether a row with the box `row` can match a probe with the box `probe`.
  [[nodiscard]] bool can_match(const CoarseBox& row, const CoarseBox& probe) const;

  /// False also for what cannot be decided; see fault. REQUIRES: can_match of their boxes,
  /// rows.is_present(row)
  [[nodiscard]] bool matches(GeometryStore::Index row);

  /// From a row to the probe, for a search of the nearest; NaN when that failed, see fault.
  /// REQUIRES: rows.is_present(row)
  [[nodiscard]] double distance(GeometryStore::Index row, Metric metric);

  /// The first failure since the last reset.
  std::optional<Error> fault;

 private:
  // Nothing: a question for GEOS.
  [[nodiscard]] std::optional<bool> decide_by_points(GeometryStore::Index row) const;
  [[nodiscard]] double planar(GeometryStore::Index row, bool keep_row);
  [[nodiscard]] bool decide_by_geos(GeometryStore::Index row);
  [[nodiscard]] Geos::Shape* make(const GeometryStore& store, GeometryStore::Index row,
                                  Geos::Shape& to);
  [[nodiscard]] Geos::Shape* prepared_row(GeometryStore::Index row);
  [[nodiscard]] Geos::Shape* prepared_probe();
  void fail(Error error);

  const GeometryStore& rows_;
  SpatialRelation relation_;
  double reach_;
  const GeometryStore* probe_ = nullptr;
  EdgeMeeting edges_;
  std::unique_ptr<Geos> geos_;  ///< declared before the shapes it made
  Geos::Shape probe_shape_;
  std::unordered_map<GeometryStore::Index, Geos::Shape> row_shapes_;
  size_t kept_positions_ = 0;  ///< of row_shapes_
};

}  // namespace rhumb
