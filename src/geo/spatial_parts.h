#pragma once

#include "geo/box_tree.h"
#include "geo/geometry_store.h"
#include "geo/region_index.h"
#include "geo/spatial_index.h"

namespace rhumb {

/// What a SpatialIndex is made of.
struct SpatialIndex::Parts {
  GeometryStore store;
  BoxTree polygons;                    ///< rows that are POLYGON or MULTIPOLYGON
  BoxTree others;                      ///< the other rows that are present
  std::optional<RegionIndex> regions;  ///< of the same rows as `polygons`
  bool only_points = true;             ///< points and multipoints
};

}  // namespace rhumb
