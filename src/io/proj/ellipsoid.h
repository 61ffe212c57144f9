#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "geo/wkb.h"

namespace rhumb {

// Measures along geodesics of the WGS 84 ellipsoid, by PROJ's routines (C. F. F. Karney,
// "Algorithms for geodesics", J. Geodesy 87, 2013): right to nanometres, nearly antipodal points
// included. Positions are degrees of longitude (any number of turns) and latitude (within 90).
// All are thread-safe; a pair of points takes about a microsecond.

[[nodiscard]] double geodesic_distance_m(Position from, Position to);

/// Direction at `from` of the shortest way to `to`, radians clockwise from north, 0 to 2 pi.
/// Nothing when both are the same place.
[[nodiscard]] std::optional<double> geodesic_azimuth(Position from, Position to);

/// Of a geometry in little-endian WKB. kBadValue for malformed bytes and coordinates that are no
/// degrees. Z and M play no part.
[[nodiscard]] Result<double> geodesic_length_m(std::string_view wkb);     ///< of its lines
[[nodiscard]] Result<double> geodesic_perimeter_m(std::string_view wkb);  ///< of its rings
/// Of its polygons: what each outer ring encloses (the smaller side of it) less the inner ones.
[[nodiscard]] Result<double> geodesic_area_m2(std::string_view wkb);

}  // namespace rhumb
