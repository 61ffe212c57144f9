#include "component/geometry_kind.h"

namespace rhumb {

const char* geometry_kind_name(GeometryKind kind) {
  switch (kind) {
    case GeometryKind::kAny:
      return nullptr;
    case GeometryKind::kPoint:
      return "Point";
    case GeometryKind::kLineString:
      return "LineString";
    case GeometryKind::kPolygon:
      return "Polygon";
    case GeometryKind::kMultiPoint:
      return "MultiPoint";
    case GeometryKind::kMultiLineString:
      return "MultiLineString";
    case GeometryKind::kMultiPolygon:
      return "MultiPolygon";
    case GeometryKind::kCollection:
      return "GeometryCollection";
  }
  return nullptr;
}

}  // namespace rhumb
