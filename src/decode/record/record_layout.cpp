#include "decode/record/record_layout.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "io/proj/transform.h"

namespace rhumb {
namespace {

bool is_geometry(const Type& type) {
  return type.id == TypeId::kGeometry;
}

std::vector<size_t> geometry_fields(const std::vector<RecordField>& fields) {
  std::vector<size_t> out;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (is_geometry(fields[i].type)) out.push_back(i);
  }
  return out;
}

bool has_field(const std::vector<RecordField>& fields, const DeclaredColumn& column) {
  const auto named = [&](const std::string& name) {
    return std::any_of(fields.begin(), fields.end(), [&](const RecordField& field) {
      return equals_ignoring_case(field.name, trim(name));
    });
  };
  return column.from.empty() ? named(column.column.name)
                             : std::any_of(column.from.begin(), column.from.end(), named);
}

Error unknown_crs() {
  return Error{
      Code::kBadFile,
      "the file does not say which coordinate system its geometry is in",
      "say it: `columns: { geometry: { type: geometry, crs: 4326, from_crs: 2263 } }`, with "
      "the file's system as `from_crs`, and as `crs` the one you want",
      {}};
}

Result<ColumnLayout> lay_out_declared(std::vector<DeclaredColumn> declared,
                                      const std::vector<RecordField>& fields,
                                      const std::string& crs) {
  const std::vector<size_t> geometry = geometry_fields(fields);
  for (DeclaredColumn& column : declared) {
    if (!is_geometry(column.column.type) || !column.lon.empty()) continue;
    if (geometry.size() == 1 && column.from.empty() && !has_field(fields, column))
      column.from = {fields[geometry.front()].name};
  }
  std::vector<std::string> names;
  for (const RecordField& field : fields) names.push_back(field.name);
  RHUMB_ASSIGN(ColumnLayout layout, match_columns(declared, names));
  for (LayoutColumn& column : layout.columns) {
    // Text fields hold what the column declares; the file's CRS is that of its own geometry.
    if (!is_geometry(column.declared.column.type) || !column.declared.from_crs.empty()) continue;
    if (column.latitude != LayoutColumn::kNone || !is_geometry(fields[column.field].type)) continue;
    if (crs.empty() && !column.declared.crs_given) return unknown_crs();
    column.declared.from_crs = crs;
  }
  return layout;
}

Result<ColumnLayout> lay_out_found(const std::vector<RecordField>& fields, const std::string& crs) {
  std::vector<std::string> names;
  std::vector<Type> types;
  for (const RecordField& field : fields) {
    names.push_back(field.name);
    types.push_back(field.type);
  }
  if (!geometry_fields(fields).empty()) {
    if (crs.empty()) return unknown_crs();
    RHUMB_ASSIGN(const CrsDescription found, describe_crs(crs));
    if (found.srid == 0) {
      return Error{Code::kBadFile,
                   fmt::format("the coordinate system of the file, {}, has no EPSG code",
                               printable(found.name, 100)),
                   "declare `columns:` with a geometry column and its `crs:`; it is reprojected",
                   {}};
    }
    for (Type& type : types) {
      if (is_geometry(type)) type.srid = found.srid;
    }
  }
  ColumnLayout layout = take_columns(names, types);
  for (size_t i = 0; i < fields.size(); ++i) layout.columns[i].exact = fields[i].exact;
  return layout;
}

}  // namespace

Result<ColumnLayout> lay_out_records(const std::vector<DeclaredColumn>& declared,
                                     const std::vector<RecordField>& fields,
                                     const std::string& crs) {
  return declared.empty() ? lay_out_found(fields, crs) : lay_out_declared(declared, fields, crs);
}

}  // namespace rhumb
