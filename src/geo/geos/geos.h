#pragma once

#include <memory>

#include "base/result.h"
#include "geo/geometry_store.h"
#include "geo/spatial_relation.h"

namespace rhumb {

/// One thread's way into GEOS, the library that PostGIS asks too. Everything GEOS throws comes out
/// as an Error kBadValue with its words. Not thread-safe, nor are the shapes made with it: GEOS
/// fills caches inside geometries when they are read.
class Geos {
 public:
  Geos();
  ~Geos();
  Geos(const Geos&) = delete;
  Geos& operator=(const Geos&) = delete;

  /// A geometry as GEOS holds it. Must not outlive the Geos that made it.
  class Shape {
   public:
    Shape();
    Shape(Shape&& other) noexcept;
    Shape& operator=(Shape&& other) noexcept;
    ~Shape();
    [[nodiscard]] explicit operator bool() const { return native_ != nullptr; }

   private:
    friend class Geos;
    struct Native;
    explicit Shape(std::unique_ptr<Native> native);
    std::unique_ptr<Native> native_;
  };

  /// REQUIRES: store.is_present(row)
  [[nodiscard]] Result<Shape> shape(const GeometryStore& store, GeometryStore::Index row);

  /// `relation(indexed, probe)` the way PostGIS asks it, with one side prepared (and kept so)
  /// where that exists. REQUIRES: the relation is none of the distances
  [[nodiscard]] Result<bool> relates(SpatialRelation relation, Shape& indexed, Shape& probe);

  /// Planar; 0 where they meet. The first is prepared, and kept so.
  [[nodiscard]] Result<double> distance(Shape& prepared, Shape& other);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace rhumb
