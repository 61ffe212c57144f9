#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decode/json/json_record.h"

namespace rhumb {

/// Slots that every tree of fields for GeoJSON has, in this order.
inline constexpr size_t kGeoJsonType = 0;
inline constexpr size_t kGeoJsonGeometry = 1;
inline constexpr size_t kGeoJsonProperties = 2;

/// Puts those slots into an empty tree; gives the node of the properties.
size_t add_geojson_fields(JsonFields& fields);

/// Looks at what a record claims to be. A bare geometry becomes a feature's geometry. False with
/// the fault when it is neither that nor a feature.
bool accept_geojson(std::string_view record, std::vector<JsonValue>& values, JsonFault& fault);

/// The EPSG code that the text of a `crs` member (of GeoJSON as it was in 2008) stands for; 4326
/// for null. kBadFile when it names something else.
[[nodiscard]] Result<int> geojson_srid(std::string_view crs);

}  // namespace rhumb
