#include "engine/duckdb/geo_metadata.h"

#include <nlohmann/json.hpp>

#include "component/geometry_kind.h"
#include "io/proj/crs.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

// A kind says nothing about heights.
Json geometry_types(GeometryKind kind) {
  Json types = Json::array();
  if (const char* name = geometry_kind_name(kind)) {
    types.push_back(name);
    types.push_back(std::string(name) + " Z");
  }
  return types;
}

Json coordinate_system(int srid) {
  if (srid == 0) return nullptr;
  const auto definition = projjson_of(srid);
  return definition.ok() ? Json::parse(*definition) : Json();
}

Json covering(const std::string& column) {
  Json box = Json::object();
  for (const char* corner : {"xmin", "ymin", "xmax", "ymax"}) {
    box[corner] = Json::array({column, corner});
  }
  return Json{{"bbox", box}};
}

}  // namespace

std::string geo_metadata(const std::vector<GeometryColumn>& columns) {
  Json described = Json::object();
  for (const GeometryColumn& column : columns) {
    Json& about = described[column.name];
    about = Json{{"encoding", "WKB"},
                 {"geometry_types", geometry_types(column.type.geometry)},
                 {"crs", coordinate_system(column.type.srid)}};
    if (!column.covering.empty()) about["covering"] = covering(column.covering);
  }
  return Json{
      {"version", "1.1.0"}, {"primary_column", columns.front().name}, {"columns", described}}
      .dump();
}

}  // namespace rhumb
