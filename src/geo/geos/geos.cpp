#include "geo/geos/geos.h"

#include <geos_c.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace rhumb {
namespace {

void keep_message(const char* message, void* to) {
  *static_cast<std::string*>(to) = message;
}

}  // namespace

struct Geos::Context {
  Context() : handle(GEOS_init_r()) {
    GEOSContext_setErrorMessageHandler_r(handle, keep_message, &message);
  }
  ~Context() { GEOS_finish_r(handle); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] Error error() const {
    return {.code = Code::kBadValue,
            .message = "GEOS cannot work with this geometry: " + message,
            .hint =
                "Invalid geometries are the usual reason, as in PostGIS: see ST_IsValidReason, "
                "repair them with ST_MakeValid."};
  }

  GEOSContextHandle_t handle;
  std::string message;  ///< of the last failure
};

struct Geos::Shape::Native {
  Native(GEOSContextHandle_t context, GEOSGeometry* owned) : handle(context), geometry(owned) {}
  Native(const Native&) = delete;
  Native& operator=(const Native&) = delete;
  ~Native() {
    GEOSPreparedGeom_destroy_r(handle, prepared);
    GEOSGeom_destroy_r(handle, geometry);
  }

  const GEOSPreparedGeometry* prepare() {
    if (prepared == nullptr) prepared = GEOSPrepare_r(handle, geometry);
    return prepared;
  }

  GEOSContextHandle_t handle;
  GEOSGeometry* geometry;
  const GEOSPreparedGeometry* prepared = nullptr;
};

namespace {

/// Builds what a store holds; nullptr when GEOS failed.
class ShapeBuilder {
 public:
  ShapeBuilder(GEOSContextHandle_t handle, const GeometryStore& store)
      : handle_(handle), store_(store) {}

  GEOSGeometry* row(GeometryStore::Index row) {
    const WkbKind kind = store_.kind(row);
    if (kind == WkbKind::kCollection) return collection(store_.collection_wkb(row));
    const GeometryStore::Range parts = store_.parts(row);
    if (kind <= WkbKind::kPolygon) return part(parts.first);
    std::vector<GEOSGeometry*> made;
    for (GeometryStore::Index i = parts.first; i < parts.end; ++i) {
      made.push_back(part(i));
      if (made.back() == nullptr) return drop(made);
    }
    return GEOSGeom_createCollection_r(handle_, multi_type(kind), made.data(),
                                       static_cast<unsigned>(made.size()));
  }

 private:
  static int multi_type(WkbKind kind) {
    switch (kind) {
      case WkbKind::kMultiPoint:
        return GEOS_MULTIPOINT;
      case WkbKind::kMultiLineString:
        return GEOS_MULTILINESTRING;
      default:
        return GEOS_MULTIPOLYGON;
    }
  }

  GEOSGeometry* drop(const std::vector<GEOSGeometry*>& made) {
    for (GEOSGeometry* one : made) GEOSGeom_destroy_r(handle_, one);
    return nullptr;
  }

  GEOSCoordSequence* sequence(GeometryStore::Index ring) {
    const auto positions = store_.ring(ring);
    static_assert(sizeof(Position) == 2 * sizeof(double));
    return GEOSCoordSeq_copyFromBuffer_r(handle_, &positions.data()->x,
                                         static_cast<unsigned>(positions.size()), 0, 0);
  }

  GEOSGeometry* part(GeometryStore::Index part) {
    const GeometryStore::Index first = store_.rings(part).first;
    switch (store_.part_kind(part)) {
      case WkbKind::kPoint:
        return GEOSGeom_createPointFromXY_r(handle_, store_.ring(first)[0].x,
                                            store_.ring(first)[0].y);
      case WkbKind::kLineString:
        return GEOSGeom_createLineString_r(handle_, sequence(first));
      default:
        return polygon(store_.rings(part));
    }
  }

  GEOSGeometry* polygon(GeometryStore::Range rings) {
    std::vector<GEOSGeometry*> made;
    for (GeometryStore::Index i = rings.first; i < rings.end; ++i) {
      made.push_back(GEOSGeom_createLinearRing_r(handle_, sequence(i)));
      if (made.back() == nullptr) return drop(made);
    }
    return GEOSGeom_createPolygon_r(handle_, made[0], made.data() + 1,
                                    static_cast<unsigned>(made.size() - 1));
  }

  GEOSGeometry* collection(std::string_view wkb) {
    GEOSWKBReader* reader = GEOSWKBReader_create_r(handle_);
    GEOSGeometry* out = GEOSWKBReader_read_r(
        handle_, reader, reinterpret_cast<const unsigned char*>(wkb.data()), wkb.size());
    GEOSWKBReader_destroy_r(handle_, reader);
    return out;
  }

  GEOSContextHandle_t handle_;
  const GeometryStore& store_;
};

}  // namespace

Geos::Geos() : context_(std::make_unique<Context>()) {}
Geos::~Geos() = default;

Geos::Shape::Shape(std::unique_ptr<Native> native) : native_(std::move(native)) {}
Geos::Shape::Shape() = default;
Geos::Shape::Shape(Shape&& other) noexcept = default;
Geos::Shape& Geos::Shape::operator=(Shape&& other) noexcept = default;
Geos::Shape::~Shape() = default;

Result<Geos::Shape> Geos::shape(const GeometryStore& store, GeometryStore::Index row) {
  GEOSGeometry* geometry = ShapeBuilder(context_->handle, store).row(row);
  if (geometry == nullptr) return context_->error();
  return Shape(std::make_unique<Shape::Native>(context_->handle, geometry));
}

Result<bool> Geos::relates(SpatialRelation relation, Shape& indexed, Shape& probe) {
  const GEOSContextHandle_t handle = context_->handle;
  Shape::Native& a = *indexed.native_;
  Shape::Native& b = *probe.native_;
  constexpr char kFailed = 2;
  const auto ask = [&]() -> char {
    switch (relation) {
      case SpatialRelation::kIntersects:
        return GEOSPreparedIntersects_r(handle, a.prepare(), b.geometry);
      case SpatialRelation::kContains:
        return GEOSPreparedContains_r(handle, a.prepare(), b.geometry);
      case SpatialRelation::kWithin:
        return GEOSPreparedContains_r(handle, b.prepare(), a.geometry);
      case SpatialRelation::kCovers:
        return GEOSPreparedCovers_r(handle, a.prepare(), b.geometry);
      case SpatialRelation::kCoveredBy:
        return GEOSPreparedCovers_r(handle, b.prepare(), a.geometry);
      case SpatialRelation::kContainsProperly:
        return GEOSPreparedContainsProperly_r(handle, a.prepare(), b.geometry);
      case SpatialRelation::kTouches:
        return GEOSTouches_r(handle, a.geometry, b.geometry);
      case SpatialRelation::kCrosses:
        return GEOSCrosses_r(handle, a.geometry, b.geometry);
      case SpatialRelation::kOverlaps:
        return GEOSOverlaps_r(handle, a.geometry, b.geometry);
      case SpatialRelation::kEquals:
        return GEOSEquals_r(handle, a.geometry, b.geometry);
      case SpatialRelation::kDWithin:
      case SpatialRelation::kDWithinSphere:
        break;
    }
    return kFailed;
  };
  const char answer = ask();
  if (answer == kFailed) return context_->error();
  return answer == 1;
}

Result<double> Geos::distance(Shape& prepared, Shape& other) {
  constexpr int kLinear = 1, kAreal = 2;
  constexpr char kTrue = 1, kFailed = 2;
  const GEOSContextHandle_t handle = context_->handle;
  const GEOSPreparedGeometry* const ready = prepared.native_->prepare();
  const GEOSGeometry* const asked = other.native_->geometry;
  // GEOS measures from a prepared line to the edges of a polygon, also when the line is inside.
  const bool may_be_inside =
      GEOSGeom_getDimensions_r(handle, prepared.native_->geometry) == kLinear &&
      GEOSGeom_getDimensions_r(handle, asked) == kAreal;
  const char meets = may_be_inside ? GEOSPreparedIntersects_r(handle, ready, asked) : '\0';
  if (meets == kFailed) return context_->error();
  if (meets == kTrue) return 0.0;
  double out = std::numeric_limits<double>::quiet_NaN();
  if (GEOSPreparedDistance_r(handle, ready, asked, &out) != 1) return context_->error();
  return out;
}

}  // namespace rhumb
