#pragma once

#include <memory>
#include <memory_resource>
#include <utility>

#include "geo/box_tree.h"
#include "geo/geometry_store.h"
#include "geo/region_index.h"
#include "geo/spatial_index.h"

namespace rhumb {

/// What a SpatialIndex is made of.
struct SpatialIndex::Parts {
  explicit Parts(std::shared_ptr<std::pmr::memory_resource> of)
      : memory(std::move(of)),
        store(resource(memory)),
        polygons(resource(memory)),
        others(resource(memory)) {}

  static std::pmr::memory_resource* resource(
      const std::shared_ptr<std::pmr::memory_resource>& memory) {
    return memory ? memory.get() : std::pmr::get_default_resource();
  }

  std::shared_ptr<std::pmr::memory_resource> memory;  ///< of what follows; none: the heap
  GeometryStore store;
  BoxTree polygons;                    ///< rows that are POLYGON or MULTIPOLYGON
  BoxTree others;                      ///< the other rows that are present
  std::optional<RegionIndex> regions;  ///< of the same rows as `polygons`
  bool only_points = true;             ///< points and multipoints
};

}  // namespace rhumb
