#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// A geometry as GeoPackage stores it.
struct GeometryBlob {
  std::string_view wkb;  ///< points into the blob
  int32_t srs = 0;       ///< id within the file's table of systems; 0 and -1 = not said
};

/// Takes the header off. kBadValue for other bytes and for extended (non-linear) geometry.
/// Source: OGC 12-128r18, GeoPackage Encoding Standard 1.3, clause 2.1.3.
[[nodiscard]] Result<GeometryBlob> read_geometry_blob(std::string_view blob);

}  // namespace rhumb
