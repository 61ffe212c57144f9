#pragma once

#include <cstdint>
#include <string_view>

namespace rhumb {

/// A question about two geometries, asked as relation(indexed, probe): kContains = the indexed
/// geometry contains the probe. What each means is what PostGIS 3.3 answers to the function of the
/// same name; kDWithin measures in the plane, kDWithinSphere in metres between degrees of
/// longitude and latitude.
enum class SpatialRelation : uint8_t {
  kIntersects,
  kContains,
  kWithin,
  kCovers,
  kCoveredBy,
  kContainsProperly,
  kTouches,
  kCrosses,
  kOverlaps,
  kEquals,
  kDWithin,
  kDWithinSphere,
};
inline constexpr int kSpatialRelations = 12;

/// `ST_Intersects`, `ST_Contains`... as PostGIS calls it; "ST_DistanceSphere <=" for
/// kDWithinSphere.
[[nodiscard]] std::string_view spatial_relation_name(SpatialRelation relation);

/// How a distance is measured.
enum class Metric : uint8_t {
  kPlanar,  ///< in the units of the coordinates
  kSphere,  ///< metres on a sphere of kEarthRadiusM; x is longitude, y latitude, in degrees
};

}  // namespace rhumb
