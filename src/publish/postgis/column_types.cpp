#include "publish/postgis/column_types.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "component/geometry_kind.h"

namespace rhumb {
namespace {

const char* geometry_word(GeometryKind kind) {
  const char* name = geometry_kind_name(kind);
  return name == nullptr ? "Geometry" : name;
}

std::string geometry_sql(const Type& type, const std::string& postgis) {
  std::string name = postgis + "geometry";
  if (type.srid != 0)
    return fmt::format("{}({},{})", name, geometry_word(type.geometry), type.srid);
  if (type.geometry == GeometryKind::kAny) return name;
  return fmt::format("{}({})", name, geometry_word(type.geometry));
}

Error unknown_type(const Column& column, const PgColumnType& type, const Error& why) {
  return Error{
      Code::kBadValue,
      fmt::format("column {} cannot get the type {}: {}", column.name, type.sql, why.message),
      "look at `columns` of the publish block",
      {}};
}

// The name alone, without its modifiers: parsed by the server as a type and nothing else.
Status resolve_name(PgConnection& connection, const Column& column, PgColumnType& type) {
  auto found = connection.query(
      "WITH RECURSIVE base AS ("
      " SELECT oid, typname, typtype, typbasetype FROM pg_type WHERE oid = $1::regtype UNION ALL"
      " SELECT t.oid, t.typname, t.typtype, t.typbasetype FROM pg_type t"
      " JOIN base b ON b.typtype = 'd' AND t.oid = b.typbasetype)"
      "SELECT $1::regtype::oid, typname, typtype FROM base WHERE typtype <> 'd'",
      {type.sql});
  if (!found.ok()) return unknown_type(column, type, found.error());
  type.oid = static_cast<uint32_t>(found->integer(0, 0));
  type.base_name = found->string(0, 1);
  type.is_enum = found->text(0, 2) == "e";
  return {};
}

}  // namespace

std::string pg_type_sql(const Type& type, const std::string& postgis) {
  switch (type.id) {
    case TypeId::kBoolean:
      return "boolean";
    case TypeId::kInteger:
      return "bigint";
    case TypeId::kDouble:
      return "double precision";
    case TypeId::kDecimal:
      return fmt::format("numeric({},{})", type.precision, type.scale);
    case TypeId::kText:
      return "text";
    case TypeId::kBytes:
      return "bytea";
    case TypeId::kDate:
      return "date";
    case TypeId::kTime:
      return "time without time zone";
    case TypeId::kTimestamp:
      return "timestamp without time zone";
    case TypeId::kTimestampTz:
      return "timestamp with time zone";
    case TypeId::kUuid:
      return "uuid";
    case TypeId::kJson:
      return "jsonb";
    case TypeId::kGeometry:
      return geometry_sql(type, postgis);
  }
  return "text";
}

Result<std::string> find_postgis(PgConnection& connection) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT nspname FROM pg_extension e JOIN pg_namespace n"
                                " ON n.oid = e.extnamespace WHERE extname = 'postgis'"));
  return rows.empty() ? std::string() : quote_identifier(rows.text(0, 0)) + ".";
}

Result<std::vector<PgColumnType>> resolve_column_types(
    PgConnection& connection, const Schema& schema,
    const std::map<std::string, std::string>& pinned) {
  RHUMB_ASSIGN(const std::string postgis, find_postgis(connection));
  std::vector<PgColumnType> types;
  std::string select = "SELECT ";
  for (const Column& column : schema) {
    const auto pin = std::find_if(pinned.begin(), pinned.end(), [&](const auto& each) {
      return equals_ignoring_case(each.first, column.name);
    });
    PgColumnType type{.sql = pin == pinned.end() ? pg_type_sql(column.type, postgis) : pin->second};
    if (pin == pinned.end() && column.type.id == TypeId::kGeometry && postgis.empty()) {
      return Error{
          Code::kNotSupported,
          fmt::format("column {} is a geometry, and this database has no PostGIS", column.name),
          "run as a superuser in that database: CREATE EXTENSION postgis",
          {}};
    }
    RHUMB_TRY(resolve_name(connection, column, type));
    if (!types.empty()) select += ",\n";
    // On a line of its own and in parentheses of CAST: nothing but a type fits there.
    select += "CAST(NULL AS " + type.sql + "\n)";
    types.push_back(std::move(type));
  }
  RHUMB_ASSIGN(const auto described, connection.describe(select));
  for (size_t i = 0; i < types.size(); ++i) {
    // A domain's own columns have no modifier; what is described is the type below it.
    if (described[i].type == types[i].oid) types[i].modifier = described[i].modifier;
  }
  return types;
}

}  // namespace rhumb
