#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "decode/flatgeobuf/flat_table.h"

namespace rhumb {

/// A feature's geometry as WKB. `kind` is the file's, 0 when each geometry has its own. The error
/// says what is malformed; curves and surfaces beyond simple features are. The result is never more
/// than a few times as long as `feature_bytes`, so that parts which refer to each other's bytes
/// cannot grow without bound.
/// Source: FlatGeobuf 3.0, feature.fbs.
[[nodiscard]] Result<std::string> flat_geometry_wkb(const FlatTable& geometry, uint8_t kind,
                                                    size_t feature_bytes);

}  // namespace rhumb
