#include "engine/duckdb/geo_metadata.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhumb {
namespace {

GeometryColumn column(const std::string& name, int srid, GeometryKind kind = GeometryKind::kAny) {
  return GeometryColumn{.name = name,
                        .type = Type{.id = TypeId::kGeometry, .geometry = kind, .srid = srid},
                        .covering = name + "_bbox"};
}

TEST(GeoMetadata, FirstColumnIsPrimaryAndEachHasItsSystemKindsAndBoxes) {
  const auto json =
      nlohmann::json::parse(geo_metadata({column("a\"b", 2263, GeometryKind::kPolygon),
                                          column("c", 4326), column("d", 0), column("e", 999999)}));
  EXPECT_EQ(json["version"], "1.1.0");
  EXPECT_EQ(json["primary_column"], "a\"b");
  EXPECT_EQ(json["columns"]["a\"b"]["encoding"], "WKB");
  EXPECT_EQ(json["columns"]["a\"b"]["crs"]["id"]["code"], 2263);
  EXPECT_EQ(json["columns"]["a\"b"]["geometry_types"], (nlohmann::json{"Polygon", "Polygon Z"}));
  EXPECT_EQ(json["columns"]["a\"b"]["covering"]["bbox"]["ymax"],
            (nlohmann::json{"a\"b_bbox", "ymax"}));
  EXPECT_EQ(json["columns"]["c"]["crs"]["id"]["code"], 4326);
  EXPECT_EQ(json["columns"]["c"]["geometry_types"], nlohmann::json::array());
  EXPECT_TRUE(json["columns"]["d"]["crs"].is_null()) << "absent would mean longitude and latitude";
  EXPECT_TRUE(json["columns"]["e"]["crs"].is_null());
}

}  // namespace
}  // namespace rhumb
