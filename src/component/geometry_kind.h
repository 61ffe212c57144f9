#pragma once

#include "component/schema.h"

namespace rhumb {

/// The name that WKT, GeoParquet and PostGIS share, `MultiPolygon`; nothing for kAny.
[[nodiscard]] const char* geometry_kind_name(GeometryKind kind);

}  // namespace rhumb
