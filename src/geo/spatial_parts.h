#pragma once

#include "geo/box_tree.h"
#include "geo/geometry_store.h"
#include "geo/spatial_index.h"

namespace rhumb {

/// What a SpatialIndex is made of.
struct SpatialIndex::Parts {
  GeometryStore store;
  BoxTree tree;             ///< of the rows that can match
  bool only_points = true;  ///< points and multipoints
};

}  // namespace rhumb
