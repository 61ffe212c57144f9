#include "geo/spatial_relation.h"

#include <array>

namespace rhumb {

std::string_view spatial_relation_name(SpatialRelation relation) {
  static constexpr std::array<std::string_view, kSpatialRelations> kNames = {
      "ST_Intersects", "ST_Contains",         "ST_Within",  "ST_Covers",
      "ST_CoveredBy",  "ST_ContainsProperly", "ST_Touches", "ST_Crosses",
      "ST_Overlaps",   "ST_Equals",           "ST_DWithin", "ST_DistanceSphere <="};
  return kNames[static_cast<size_t>(relation)];
}

}  // namespace rhumb
