#include "decode/geopackage/layers.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

/// Of the declared type of an attribute; GeoPackage allows no others.
Type type_of(std::string_view declared) {
  const std::string name = to_lower(trim(declared.substr(0, declared.find('('))));
  for (const char* each : {"tinyint", "smallint", "mediumint", "int", "integer"}) {
    if (name == each) return {.id = TypeId::kInteger};
  }
  for (const char* each : {"float", "double", "real"}) {
    if (name == each) return {.id = TypeId::kDouble};
  }
  if (name == "boolean") return {.id = TypeId::kBoolean};
  if (name == "date") return {.id = TypeId::kDate};
  if (name == "datetime") return {.id = TypeId::kTimestampTz};
  if (name == "blob") return {.id = TypeId::kBytes};
  return {.id = TypeId::kText};
}

GeometryKind kind_of(const std::string& name) {
  const auto type = parse_type(to_lower(name));
  return type && type->id == TypeId::kGeometry ? type->geometry : GeometryKind::kAny;
}

Status read_fields(ForeignDatabase& database, PackageLayer& layer) {
  RHUMB_ASSIGN(auto columns,
               database.query("SELECT name, type FROM pragma_table_info(?)", {layer.table}));
  while (true) {
    RHUMB_ASSIGN(const bool more, columns.next());
    if (!more) return {};
    layer.fields.push_back({.name = columns.text(0), .type = type_of(columns.text(1))});
  }
}

Status read_geometry(ForeignDatabase& database, PackageLayer& layer) {
  layer.geometry = layer.fields.size();
  RHUMB_ASSIGN(auto rows, database.query("SELECT column_name, geometry_type_name, srs_id FROM "
                                         "gpkg_geometry_columns WHERE lower(table_name) = lower(?)",
                                         {layer.table}));
  RHUMB_ASSIGN(const bool found, rows.next());
  if (!found) return {};
  const std::string column = rows.text(0);
  const auto field = std::find_if(
      layer.fields.begin(), layer.fields.end(),
      [&](const RecordField& each) { return equals_ignoring_case(each.name, column); });
  if (field == layer.fields.end()) {
    return Error{Code::kBadFile,
                 fmt::format("the layer {} has no column {}, which should hold its geometry",
                             printable(layer.table, 80), printable(column, 80)),
                 "check that the file is whole",
                 {}};
  }
  layer.geometry = static_cast<size_t>(field - layer.fields.begin());
  field->type = Type{.id = TypeId::kGeometry, .geometry = kind_of(rows.text(1))};
  layer.srs = static_cast<int32_t>(rows.integer(2));
  return {};
}

Status read_system(ForeignDatabase& database, PackageLayer& layer) {
  if (layer.srs <= 0) return {};  // undefined Cartesian and geographic
  RHUMB_ASSIGN(auto rows,
               database.query("SELECT organization, organization_coordsys_id, definition "
                              "FROM gpkg_spatial_ref_sys WHERE srs_id = CAST(? AS INTEGER)",
                              {std::to_string(layer.srs)}));
  RHUMB_ASSIGN(const bool found, rows.next());
  if (!found) return {};
  layer.crs = equals_ignoring_case(rows.bytes(0), "EPSG") ? fmt::format("EPSG:{}", rows.integer(1))
                                                          : rows.text(2);
  return {};
}

}  // namespace

Result<std::vector<std::string>> list_layers(ForeignDatabase& database) {
  RHUMB_ASSIGN(auto marks,
               database.query("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_contents'"));
  RHUMB_ASSIGN(const bool is_package, marks.next());
  if (!is_package) {
    return Error{Code::kBadFile,
                 "it is an SQLite file, but no GeoPackage: gpkg_contents is missing",
                 "export its tables as GeoPackage or CSV",
                 {}};
  }
  RHUMB_ASSIGN(auto rows, database.query("SELECT table_name FROM gpkg_contents WHERE data_type IN "
                                         "('features', 'attributes') ORDER BY rowid"));
  std::vector<std::string> names;
  while (true) {
    RHUMB_ASSIGN(const bool more, rows.next());
    if (!more) break;
    names.push_back(rows.text(0));
  }
  if (!names.empty()) return names;
  return Error{Code::kBadFile,
               "the GeoPackage has no layer of features or attributes",
               "its tiles are no table",
               {}};
}

Result<PackageLayer> read_layer(ForeignDatabase& database, const std::string& table) {
  PackageLayer layer{.table = table, .fields = {}, .crs = ""};
  RHUMB_TRY(read_fields(database, layer));
  if (layer.fields.empty()) {
    return Error{
        Code::kBadFile,
        fmt::format("the layer {} is announced, but its table is missing", printable(table, 80)),
        "check that the file is whole",
        {}};
  }
  RHUMB_TRY(read_geometry(database, layer));
  RHUMB_TRY(read_system(database, layer));
  return layer;
}

}  // namespace rhumb
