// The half of ColumnWriter that deals with coordinates.

#include <fmt/format.h>

#include "base/text.h"
#include "decode/value/column_writer.h"
#include "decode/value/geometry_text.h"
#include "decode/value/number_text.h"
#include "geo/wkt.h"

namespace rhumb {
namespace {

constexpr size_t kShown = 80;

bool kind_fits(GeometryKind wanted, WkbKind found) {
  return wanted == GeometryKind::kAny || static_cast<int>(wanted) == static_cast<int>(found);
}
static_assert(static_cast<int>(GeometryKind::kPoint) == static_cast<int>(WkbKind::kPoint));
static_assert(static_cast<int>(GeometryKind::kCollection) ==
              static_cast<int>(WkbKind::kCollection));

std::string box_text(const GeoBox& box) {
  if (box[0] == box[2] && box[1] == box[3]) return fmt::format("({}, {})", box[0], box[1]);
  return fmt::format("a geometry from ({}, {}) to ({}, {})", box[0], box[1], box[2], box[3]);
}

}  // namespace

bool ColumnWriter::write_geometry(std::string_view text, ColumnData& out, ValueFault& fault) const {
  Position at;
  if (kind_fits(column_.column.type.geometry, WkbKind::kPoint) && parse_wkt_point(text, at)) {
    return write_position(at, out, fault);
  }
  return write_any_geometry(text, out, fault);
}

bool ColumnWriter::write_any_geometry(std::string_view text, ColumnData& out,
                                      ValueFault& fault) const {
  const Type& type = column_.column.type;
  const auto parsed = parse_geometry_text(text);
  if (!parsed.ok()) {
    refuse(RejectReason::kBadGeometry, text, fault);
    fault.message += "; " + parsed.error().message;
    return false;
  }
  if (parsed->srid != 0 && parsed->srid != type.srid) {
    fault.reason = RejectReason::kBadGeometry;
    fault.message =
        fmt::format("expected a geometry in EPSG:{}, found SRID {}", type.srid, parsed->srid);
    return false;
  }
  const auto summary = inspect_wkb(parsed->wkb);
  if (!summary.ok()) return refuse(RejectReason::kBadGeometry, text, fault);
  if (!kind_fits(type.geometry, summary->header.kind)) {
    fault.reason = RejectReason::kWrongGeometryKind;
    fault.message = fmt::format("expected a {}, found a {}", type_name(type),
                                to_lower(wkb_kind_name(summary->header.kind)));
    return false;
  }
  const CoordinateFault found = check_geometry(rules_, *summary);
  if (found != CoordinateFault::kNone) return refuse_coordinates(found, summary->box, fault);
  out.append_bytes(parsed->wkb);
  return true;
}

bool ColumnWriter::write_position(Position at, ColumnData& out, ValueFault& fault) const {
  const CoordinateFault found = check_point(rules_, at.x, at.y);
  if (found != CoordinateFault::kNone) {
    return refuse_coordinates(found, {at.x, at.y, at.x, at.y}, fault);
  }
  const WkbPoint point = make_wkb_point(at.x, at.y);
  out.append_bytes({point.data(), point.size()});
  return true;
}

bool ColumnWriter::write_point(std::string_view lon, std::string_view lat, ColumnData& out,
                               ValueFault& fault) const {
  lon = trim(lon);
  lat = trim(lat);
  const bool no_lon = means_null(lon), no_lat = means_null(lat);
  if (no_lon && no_lat) return write_null(out, fault);
  fault.in_latitude = !no_lon;
  if (no_lon || no_lat) {
    fault.reason = RejectReason::kMissingValue;
    fault.message =
        fmt::format("expected both coordinates, found no {}", no_lon ? column_.lon : column_.lat);
    return false;
  }
  Position at;
  const bool bad_lon = !parse_double(lon, at.x);
  if (bad_lon || !parse_double(lat, at.y)) {
    fault.in_latitude = !bad_lon;
    fault.reason = RejectReason::kBadNumber;
    fault.message = fmt::format("expected a coordinate such as 7.67, found '{}'",
                                printable(bad_lon ? lon : lat, kShown));
    return false;
  }
  fault.in_latitude = false;
  return write_position(at, out, fault);
}

bool ColumnWriter::refuse_coordinates(CoordinateFault found, const GeoBox& box,
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
