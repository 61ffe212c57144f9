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

}  // namespace

bool ColumnWriter::write_geometry(std::string_view text, ColumnData& out, ValueFault& fault) {
  Position at;
  if (takes_points() && parse_wkt_point(text, at)) {
    return write_position(at, out, fault);
  }
  const auto parsed = parse_geometry_text(text);
  if (!parsed.ok()) {
    refuse(RejectReason::kBadGeometry, text, fault);
    fault.message += "; " + parsed.error().message;
    return false;
  }
  return intake_->take(parsed->wkb, parsed->srid, out, fault);
}

bool ColumnWriter::takes_points() const {
  const GeometryKind kind = column_.column.type.geometry;
  return kind == GeometryKind::kAny || kind == GeometryKind::kPoint;
}

bool ColumnWriter::write_position(Position at, ColumnData& out, ValueFault& fault) {
  return intake_->take_position(at, out, fault);
}

bool ColumnWriter::write_wkb(std::string_view wkb, ColumnData& out, ValueFault& fault) {
  // Most geometries are points, and stand as the column has them.
  if (type_ == TypeId::kGeometry && wkb.size() == kWkbPointBytes && takes_points()) {
    if (const auto at = wkb_point(wkb)) return write_position(*at, out, fault);
  }
  const auto normal = normalize_wkb(wkb);
  if (!normal.ok()) {
    fault.reason = RejectReason::kBadGeometry;
    fault.message = normal.error().message;
    return false;
  }
  if (type_ == TypeId::kGeometry) return intake_->take(normal->wkb, normal->srid, out, fault);
  if (type_ == TypeId::kText) {
    out.append_bytes(write_wkt(normal->wkb));
    return true;
  }
  if (type_ == TypeId::kBytes) {
    out.append_bytes(normal->wkb);
    return true;
  }
  fault.reason = RejectReason::kBadValue;
  fault.message = fmt::format("expected {}, found a geometry", expectation());
  return false;
}

bool ColumnWriter::write_point(std::string_view lon, std::string_view lat, ColumnData& out,
                               ValueFault& fault) {
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

}  // namespace rhumb
