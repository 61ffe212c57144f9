#include "geo/geos/mender.h"

#include <cstring>

#include <fmt/format.h>
#include <geos_c.h>

namespace rhumb {
namespace {

constexpr uint32_t kLinesAndPoints[] = {1, 2, 4, 5};

uint32_t code_of(std::string_view wkb) {
  uint32_t code = 0;
  std::memcpy(&code, wkb.data() + 1, sizeof code);
  return code;
}

bool is_always_valid(std::string_view wkb) {
  for (const uint32_t kind : kLinesAndPoints) {
    if (code_of(wkb) % 1000 == kind) return true;
  }
  return false;
}

bool has_measures(std::string_view wkb) {
  return code_of(wkb) / 1000 >= 2;
}

Error measured() {
  return Error{Code::kBadValue,
               "a geometry with measures (M) cannot be repaired without losing them",
               "",
               {}};
}

}  // namespace

struct GeometryMender::State {
  State()
      : context(GEOS_init_r()),
        reader(GEOSWKBReader_create_r(context)),
        writer(GEOSWKBWriter_create_r(context)) {
    GEOSContext_setErrorMessageHandler_r(
        context, [](const char* text, void* self) { static_cast<State*>(self)->last_error = text; },
        this);
    GEOSContext_setNoticeMessageHandler_r(
        context, [](const char*, void*) {}, nullptr);
    GEOSWKBWriter_setByteOrder_r(context, writer, GEOS_WKB_NDR);
    GEOSWKBWriter_setFlavor_r(context, writer, GEOS_WKB_ISO);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    GEOSWKBWriter_destroy_r(context, writer);
    GEOSWKBReader_destroy_r(context, reader);
    GEOS_finish_r(context);
  }

  /// Owns one geometry of this context.
  struct Shape {
    Shape(GEOSContextHandle_t owner, GEOSGeometry* geometry) : context(owner), at(geometry) {}
    Shape(const Shape&) = delete;
    Shape& operator=(const Shape&) = delete;
    ~Shape() { GEOSGeom_destroy_r(context, at); }
    GEOSContextHandle_t context;
    GEOSGeometry* at;
  };

  GEOSGeometry* read(std::string_view wkb) {
    return GEOSWKBReader_read_r(context, reader, reinterpret_cast<const unsigned char*>(wkb.data()),
                                wkb.size());
  }

  Result<std::string> write(const GEOSGeometry* geometry) {
    GEOSWKBWriter_setOutputDimension_r(context, writer, GEOSHasZ_r(context, geometry) == 1 ? 3 : 2);
    size_t size = 0;
    unsigned char* bytes = GEOSWKBWriter_write_r(context, writer, geometry, &size);
    if (bytes == nullptr) return failed("write the geometry");
    std::string out(reinterpret_cast<const char*>(bytes), size);
    GEOSFree_r(context, bytes);
    return out;
  }

  Error failed(const char* what) const {
    return Error{Code::kBadValue, fmt::format("GEOS cannot {}: {}", what, last_error), "", {}};
  }

  GEOSContextHandle_t context;
  GEOSWKBReader* reader;
  GEOSWKBWriter* writer;
  std::string last_error;
};

GeometryMender::GeometryMender() : state_(std::make_unique<State>()) {}
GeometryMender::~GeometryMender() = default;

std::string GeometryMender::flaw(std::string_view wkb) {
  if (is_always_valid(wkb)) return "";
  GEOSContextHandle_t context = state_->context;
  const State::Shape shape(context, state_->read(wkb));
  if (shape.at == nullptr) return state_->last_error;
  char* reason = nullptr;
  GEOSGeometry* place = nullptr;
  const char valid = GEOSisValidDetail_r(context, shape.at, 0, &reason, &place);
  const State::Shape where(context, place);
  std::string text;
  if (valid != 1) {
    text = reason == nullptr ? "invalid" : reason;
    double x = 0, y = 0;
    if (where.at != nullptr && GEOSGeomGetX_r(context, where.at, &x) == 1 &&
        GEOSGeomGetY_r(context, where.at, &y) == 1) {
      text += fmt::format(" at ({} {})", x, y);
    }
  }
  if (reason != nullptr) GEOSFree_r(context, reason);
  return text;
}

Result<std::string> GeometryMender::mend(std::string_view wkb) {
  if (has_measures(wkb)) return measured();
  GEOSContextHandle_t context = state_->context;
  const State::Shape shape(context, state_->read(wkb));
  if (shape.at == nullptr) return state_->failed("read the geometry");
  GEOSMakeValidParams* how = GEOSMakeValidParams_create_r(context);
  GEOSMakeValidParams_setMethod_r(context, how, GEOS_MAKE_VALID_STRUCTURE);
  GEOSMakeValidParams_setKeepCollapsed_r(context, how, 0);
  const State::Shape mended(context, GEOSMakeValidWithParams_r(context, shape.at, how));
  GEOSMakeValidParams_destroy_r(context, how);
  if (mended.at == nullptr) return state_->failed("repair the geometry");
  if (GEOSisEmpty_r(context, mended.at) != 0) {
    return Error{Code::kBadValue, "nothing of it has an area", "", {}};
  }
  return state_->write(mended.at);
}

Result<std::string> GeometryMender::cut_at_antimeridian(std::string_view wkb) {
  if (has_measures(wkb)) return measured();
  GEOSContextHandle_t context = state_->context;
  const State::Shape whole(context, state_->read(wkb));
  if (whole.at == nullptr) return state_->failed("read the geometry");
  const State::Shape here(context, GEOSGeom_createRectangle_r(context, -180, -90, 180, 90));
  const State::Shape beyond(context, GEOSGeom_createRectangle_r(context, 180, -90, 540, 90));
  const State::Shape west(context, GEOSIntersection_r(context, whole.at, here.at));
  const State::Shape far(context, GEOSIntersection_r(context, whole.at, beyond.at));
  if (west.at == nullptr || far.at == nullptr) return state_->failed("cut the geometry");
  const auto back = [](double* x, double*, void*) {
    *x -= 360;
    return 1;
  };
  const State::Shape east(context, GEOSGeom_transformXY_r(context, far.at, back, nullptr));
  if (east.at == nullptr) return state_->failed("move the geometry");
  const State::Shape both(context, GEOSUnion_r(context, west.at, east.at));
  if (both.at == nullptr) return state_->failed("join the halves");
  return state_->write(both.at);
}

}  // namespace rhumb
