#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "component/schema.h"

namespace rhumb {

/// The kinds of shapes a file can hold, without their Z and M variants.
enum class ShapeKind : uint8_t { kNull, kPoint, kPolyline, kPolygon, kMultiPoint, kUnknown };

/// Of the code in a file's or a record's header.
[[nodiscard]] ShapeKind shape_kind(int32_t code);
/// What a column of such shapes holds: lines and polygons are multi geometries, since one shape may
/// have several parts.
[[nodiscard]] GeometryKind geometry_of(ShapeKind kind);

/// The content of one record of a .shp file as little-endian ISO WKB; "" for a null shape.
/// Rings are sorted into polygons by their direction, clockwise outside, and by what holds what: a
/// hole goes to the smallest ring around it, one in no ring becomes a polygon of its own. Measures
/// below -1e38 mean that there is none; a shape without any has no M. The error's message says what
/// is malformed. Reads nothing outside `content`; time is linear but for the sorting of rings,
/// which is given up with an error when it would take more than some seconds.
/// Source: ESRI Shapefile Technical Description, July 1998.
[[nodiscard]] Result<std::string> shape_wkb(std::string_view content);

}  // namespace rhumb
