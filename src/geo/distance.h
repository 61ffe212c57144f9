#pragma once

#include "geo/wkb.h"

namespace rhumb {

/// Mean radius of the WGS 84 ellipsoid as PostGIS computes it, in metres.
inline constexpr double kEarthRadiusM = 6371008.771415059;

/// Great-circle distance in metres on a sphere of kEarthRadiusM; degrees, x = longitude,
/// y = latitude, as ST_DistanceSphere. Accurate from millimetres to antipodes; NaN in, NaN out.
[[nodiscard]] double sphere_distance_m(Position a, Position b);

}  // namespace rhumb
