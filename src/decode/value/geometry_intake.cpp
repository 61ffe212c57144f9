#include "decode/value/geometry_intake.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "geo/wkb_edit.h"

namespace rhumb {
namespace {

bool is_exactly(GeometryKind wanted, WkbKind found) {
  return wanted == GeometryKind::kAny || static_cast<int>(wanted) == static_cast<int>(found);
}
static_assert(static_cast<int>(GeometryKind::kPoint) == static_cast<int>(WkbKind::kPoint));
static_assert(static_cast<int>(GeometryKind::kCollection) ==
              static_cast<int>(WkbKind::kCollection));

bool is_multi_of(GeometryKind wanted, WkbKind found) {
  return found <= WkbKind::kPolygon && static_cast<int>(wanted) == static_cast<int>(found) + 3;
}

WkbKind kind_of(std::string_view wkb) {
  uint32_t code = 0;
  std::memcpy(&code, wkb.data() + 1, sizeof code);
  return static_cast<WkbKind>(code % 1000);
}

std::string box_text(const GeoBox& box) {
  if (box[0] == box[2] && box[1] == box[3]) return fmt::format("({}, {})", box[0], box[1]);
  return fmt::format("a geometry from ({}, {}) to ({}, {})", box[0], box[1], box[2], box[3]);
}

/// An edge that goes more than half around the world means the short way across 180 degrees.
bool leaps(std::string& wkb) {
  return !edit_wkb_positions(wkb, [](double* at, size_t count, size_t stride, bool) {
    for (size_t i = 1; i < count; ++i) {
      if (std::abs(at[i * stride] - at[(i - 1) * stride]) > 180) return false;
    }
    return true;
  });
}

std::string no_place(int srid) {
  return fmt::format("its coordinates have no place in EPSG:{}", srid);
}

}  // namespace

GeometryIntake::GeometryIntake(const DeclaredColumn& column)
    : type_(column.column.type),
      expected_srid_(type_.srid),
      rules_(coordinate_rules(type_.srid)),
      on_invalid_(column.on_invalid) {
  rules_.extent = column.extent;
  if (column.allow_null_island) rules_.refuse_null_island = false;
  if (on_invalid_ != OnInvalid::kKeep) mender_.emplace();
}

Result<GeometryIntake> GeometryIntake::make(const DeclaredColumn& column) {
  GeometryIntake intake(column);
  if (column.from_crs.empty() || column.from_crs == fmt::format("EPSG:{}", intake.type_.srid))
    return intake;
  RHUMB_ASSIGN(const CrsDescription from, describe_crs(column.from_crs));
  intake.expected_srid_ = from.srid;
  RHUMB_ASSIGN(CrsTransform transform, CrsTransform::make(column.from_crs, intake.type_.srid));
  if (!transform.is_identity()) {
    intake.transform_ = std::move(transform);
    if (intake.transform_->unrolls()) intake.mender_.emplace();
  }
  return intake;
}

bool GeometryIntake::take(std::string_view wkb, int srid, ColumnData& out, ValueFault& fault) {
  repair_.clear();
  if (srid != 0 && expected_srid_ != 0 && srid != expected_srid_) {
    fault.reason = RejectReason::kBadGeometry;
    fault.message =
        fmt::format("expected a geometry in EPSG:{}, found SRID {}", expected_srid_, srid);
    return false;
  }
  std::string own(wkb);
  if (!fits_kind(own, fault)) return false;
  if (transform_ && !reproject(own, fault)) return false;
  if (!check(own, fault)) return false;
  if (on_invalid_ != OnInvalid::kKeep && !mend(own, fault)) return false;
  out.append_bytes(own);
  return true;
}

bool GeometryIntake::take_position(Position at, ColumnData& out, ValueFault& fault) {
  repair_.clear();
  const Position given = at;
  if (transform_ && !transform_->apply(&at.x, 1, 2)) {
    fault.reason = RejectReason::kNotReprojectable;
    fault.message = fmt::format("({}, {}): {}", given.x, given.y, no_place(type_.srid));
    return false;
  }
  const CoordinateFault found = check_point(rules_, at.x, at.y);
  if (found != CoordinateFault::kNone) {
    return refuse_coordinates(found, {at.x, at.y, at.x, at.y}, fault);
  }
  const WkbPoint point = make_wkb_point(at.x, at.y);
  const std::string_view bytes(point.data(), point.size());
  if (is_multi_of(type_.geometry, WkbKind::kPoint)) {
    out.append_bytes(promote_to_multi(bytes));
  } else {
    out.append_bytes(bytes);
  }
  return true;
}

bool GeometryIntake::fits_kind(std::string& wkb, ValueFault& fault) const {
  const WkbKind found = kind_of(wkb);
  if (is_exactly(type_.geometry, found)) return true;
  if (is_multi_of(type_.geometry, found)) {
    wkb = promote_to_multi(wkb);
    return true;
  }
  fault.reason = RejectReason::kWrongGeometryKind;
  fault.message =
      fmt::format("expected a {}, found a {}", type_name(type_), to_lower(wkb_kind_name(found)));
  return false;
}

bool GeometryIntake::reproject(std::string& wkb, ValueFault& fault) {
  const bool placed =
      edit_wkb_positions(wkb, [&](double* at, size_t count, size_t stride, bool closed) {
        if (!transform_->apply(at, count, stride)) return false;
        // The ends of a ring are one position, so they stay one.
        if (closed && count > 0) std::copy(at, at + 2, at + (count - 1) * stride);
        return true;
      });
  if (!placed) {
    fault.reason = RejectReason::kNotReprojectable;
    fault.message = no_place(type_.srid);
    return false;
  }
  return !transform_->unrolls() || !leaps(wkb) || unroll(wkb, fault);
}

/// Reprojected, it crosses 180 degrees: kept as it is, its edges would run around the world.
bool GeometryIntake::unroll(std::string& wkb, ValueFault& fault) {
  fault.reason = RejectReason::kNotReprojectable;
  std::string eastward = wkb;
  const bool moved =
      edit_wkb_positions(eastward, [](double* at, size_t count, size_t stride, bool) {
        for (size_t i = 0; i < count; ++i) at[i * stride] += at[i * stride] < 0 ? 360 : 0;
        return true;
      });
  if (!moved || leaps(eastward)) {
    fault.message =
        "it holds a pole or spans more than half the world, which longitude and "
        "latitude cannot show as one area";
    return false;
  }
  if (on_invalid_ != OnInvalid::kRepair) {
    fault.message = "it crosses the antimeridian; `on_invalid: repair` cuts it there";
    return false;
  }
  auto cut = mender_->cut_at_antimeridian(eastward);
  if (!cut.ok()) {
    fault.message = "it crosses the antimeridian and cannot be cut there: " + cut.error().message;
    return false;
  }
  wkb = *std::move(cut);
  repair_ = "cut at the antimeridian";
  return fits_kind(wkb, fault);
}

bool GeometryIntake::check(std::string_view wkb, ValueFault& fault) const {
  const auto summary = inspect_wkb(wkb);
  if (!summary.ok()) {
    fault.reason = RejectReason::kBadGeometry;
    fault.message = summary.error().message;
    return false;
  }
  const CoordinateFault found = check_geometry(rules_, *summary);
  return found == CoordinateFault::kNone || refuse_coordinates(found, summary->box, fault);
}

bool GeometryIntake::mend(std::string& wkb, ValueFault& fault) {
  const std::string flaw = mender_->flaw(wkb);
  if (flaw.empty()) return true;
  fault.reason = RejectReason::kInvalidGeometry;
  fault.message = flaw;
  if (on_invalid_ == OnInvalid::kQuarantine) return false;
  auto mended = mender_->mend(wkb);
  if (!mended.ok()) {
    fault.message += "; " + mended.error().message;
    return false;
  }
  const std::string before(wkb_kind_name(kind_of(wkb))), after(wkb_kind_name(kind_of(*mended)));
  wkb = *std::move(mended);
  if (!fits_kind(wkb, fault)) return false;
  repair_ += (repair_.empty() ? "" : "; ") + flaw;
  if (before != after) {
    repair_ += fmt::format("; a {} became a {}", to_lower(before), to_lower(after));
  }
  return true;
}

bool GeometryIntake::refuse_coordinates(CoordinateFault found, const GeoBox& box,
                                        ValueFault& fault) const {
  const std::string shown = box_text(box);
  switch (found) {
    case CoordinateFault::kSwappedAxes:
      fault.reason = RejectReason::kSwappedAxes;
      fault.message = fmt::format(
          "expected longitude before latitude, found {}: valid only the other way round", shown);
      break;
    case CoordinateFault::kNullIsland:
      fault.reason = RejectReason::kNullIsland;
      fault.message =
          "found (0, 0), which stands for a missing position; "
          "declare allow_null_island to take it";
      break;
    case CoordinateFault::kOutsideExtent: {
      const GeoBox& extent = *rules_.extent;
      const bool turned = contains(extent, {box[1], box[0], box[3], box[2]});
      fault.reason = RejectReason::kOutsideExtent;
      fault.message = fmt::format("expected {} to {}, {} to {} as declared by extent, found {}{}",
                                  extent[0], extent[2], extent[1], extent[3], shown,
                                  turned ? "; inside with its axes swapped" : "");
      break;
    }
    default:
      fault.reason = RejectReason::kOutOfRange;
      fault.message = found == CoordinateFault::kNotFinite
                          ? "expected finite coordinates"
                          : fmt::format(
                                "expected longitude -180 to 180 and latitude -90 to 90, "
                                "found {}",
                                shown);
  }
  return false;
}

}  // namespace rhumb
