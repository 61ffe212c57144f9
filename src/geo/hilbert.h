#pragma once

#include <cstdint>

#include "geo/box.h"

namespace rhumb {

/// Position of (x, y) on the Hilbert curve of order 16 over `box`: neighbours on the curve are
/// neighbours in the plane. Points outside go to the nearest cell, NaN to the first; a box without
/// width or height counts as one cell in that direction.
[[nodiscard]] uint32_t hilbert_index(double x, double y, const GeoBox& box);

}  // namespace rhumb
