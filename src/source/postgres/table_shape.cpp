#include "source/postgres/table_shape.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr int kMaxDecimalDigits = 38;
constexpr int kGeographySrid = 4326;

constexpr const char* kSessionSettings =
    "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
    "SET client_min_messages = warning; SET default_transaction_read_only = on;"
    // Text that the server makes of a value must not depend on who asks.
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';"
    "SET extra_float_digits = 1; SET bytea_output = 'hex'; SET jit = off";

struct KnownType {
  std::string_view name;
  TypeId id;
  PgLayout layout;
};
constexpr auto kKnownTypes = std::to_array<KnownType>({
    {"bool", TypeId::kBoolean, PgLayout::kBoolean},
    {"int2", TypeId::kInteger, PgLayout::kInt2},
    {"int4", TypeId::kInteger, PgLayout::kInt4},
    {"int8", TypeId::kInteger, PgLayout::kInt8},
    {"oid", TypeId::kInteger, PgLayout::kOid},
    {"float4", TypeId::kDouble, PgLayout::kFloat4},
    {"float8", TypeId::kDouble, PgLayout::kFloat8},
    {"text", TypeId::kText, PgLayout::kText},
    {"varchar", TypeId::kText, PgLayout::kText},
    {"json", TypeId::kJson, PgLayout::kText},
    {"jsonb", TypeId::kJson, PgLayout::kJsonb},
    {"bytea", TypeId::kBytes, PgLayout::kBytes},
    {"date", TypeId::kDate, PgLayout::kDate},
    {"time", TypeId::kTime, PgLayout::kTime},
    {"timestamp", TypeId::kTimestamp, PgLayout::kTimestamp},
    {"timestamptz", TypeId::kTimestampTz, PgLayout::kTimestamp},
    {"uuid", TypeId::kUuid, PgLayout::kUuid},
});

/// A row of pg_type, with the schema of PostGIS when it is one of its types.
struct TypeEntry {
  std::string name;
  bool is_enum = false;
  bool built_in = false;
  std::string postgis;  // quoted, with a dot
};

struct CastTarget {
  TypeId id;
  std::string_view sql;
  PgLayout layout;
};
constexpr auto kCastTargets = std::to_array<CastTarget>({
    {TypeId::kBoolean, "boolean", PgLayout::kBoolean},
    {TypeId::kInteger, "bigint", PgLayout::kInt8},
    {TypeId::kDouble, "double precision", PgLayout::kFloat8},
    {TypeId::kText, "text", PgLayout::kText},
    {TypeId::kBytes, "bytea", PgLayout::kBytes},
    {TypeId::kDate, "date", PgLayout::kDate},
    {TypeId::kTime, "time", PgLayout::kTime},
    {TypeId::kTimestamp, "timestamp", PgLayout::kTimestamp},
    {TypeId::kTimestampTz, "timestamptz", PgLayout::kTimestamp},
    {TypeId::kUuid, "uuid", PgLayout::kUuid},
    {TypeId::kJson, "jsonb", PgLayout::kJsonb},
});

// The figures in a modifier: see numerictypmodin() of the server. The scale has a sign of its own.
std::optional<Type> decimal_of(int modifier) {
  if (modifier < 4) return std::nullopt;
  const int precision = ((modifier - 4) >> 16) & 0xFFFF;
  const int scale = (((modifier - 4) & 0x7FF) ^ 1024) - 1024;
  if (precision > kMaxDecimalDigits || scale < 0 || scale > precision) return std::nullopt;
  return Type{.id = TypeId::kDecimal,
              .precision = static_cast<uint8_t>(precision),
              .scale = static_cast<uint8_t>(scale)};
}

// PostGIS's modifier: SRID in the upper bits with its sign, then six bits of kind, then Z and M.
Type geometry_of(int modifier) {
  Type type{.id = TypeId::kGeometry};
  if (modifier < 0) return type;
  type.srid = ((modifier & 0x0FFFFF00) - (modifier & 0x10000000)) >> 8;
  const int kind = (modifier & 0xFC) >> 2;
  if (kind >= 1 && kind <= 7) type.geometry = static_cast<GeometryKind>(kind);
  return type;
}

Result<std::map<uint32_t, TypeEntry>> look_up_types(PgConnection& connection,
                                                    const std::vector<PgColumn>& columns) {
  std::vector<std::string> oids;
  for (const PgColumn& column : columns) oids.push_back(std::to_string(column.type));
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT t.oid::bigint, t.typname, t.typtype = 'e', n.nspname,"
                                " n.nspname = 'pg_catalog', e.extname IS NOT NULL FROM pg_type t"
                                " JOIN pg_namespace n ON n.oid = t.typnamespace"
                                " LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass"
                                "  AND d.objid = t.oid AND d.deptype = 'e'"
                                " LEFT JOIN pg_extension e ON e.oid = d.refobjid"
                                "  AND e.extname = 'postgis' WHERE t.oid = ANY($1::oid[])",
                                {"{" + join(oids, ",") + "}"}));
  std::map<uint32_t, TypeEntry> types;
  for (size_t i = 0; i < rows.size(); ++i) {
    types[static_cast<uint32_t>(rows.integer(i, 0))] = {
        .name = rows.string(i, 1),
        .is_enum = rows.boolean(i, 2),
        .built_in = rows.boolean(i, 4),
        .postgis = rows.boolean(i, 5) ? quote_identifier(rows.text(i, 3)) + "." : ""};
  }
  return types;
}

// The SRID of the first geometry found, where the column's type does not tell.
Result<int> sample_srid(PgConnection& connection, const std::string& from,
                        const std::string& column, const std::string& postgis) {
  RHUMB_ASSIGN(const PgRows rows, connection.query(fmt::format(
                                      "SELECT {}ST_SRID({}) FROM {} WHERE {} IS NOT NULL LIMIT 1",
                                      postgis, column, from, column)));
  return rows.empty() ? 0 : static_cast<int>(rows.integer(0, 0));
}

Result<ReadColumn> shape_geometry(PgConnection& connection, const std::string& from,
                                  const PgColumn& found, const TypeEntry& type) {
  const std::string name = quote_identifier(found.name);
  ReadColumn column{.column = {found.name, geometry_of(found.modifier), true},
                    .layout = PgLayout::kGeometry,
                    .expression = name};
  if (type.name == "geography") {
    if (column.column.type.srid == 0) column.column.type.srid = kGeographySrid;
    column.expression = name + "::" + type.postgis + "geometry";
  } else if (column.column.type.srid == 0) {
    RHUMB_ASSIGN(column.column.type.srid, sample_srid(connection, from, name, type.postgis));
  }
  return column;
}

Result<ReadColumn> shape_pinned(const PgColumn& found, const Type& type, const Place& place) {
  const std::string name = quote_identifier(found.name);
  if (type.id == TypeId::kDecimal) {
    return ReadColumn{
        .column = {found.name, type, true},
        .layout = PgLayout::kNumeric,
        .expression = fmt::format("{}::numeric({},{})", name, type.precision, type.scale)};
  }
  const auto cast = std::find_if(kCastTargets.begin(), kCastTargets.end(),
                                 [&](const CastTarget& each) { return each.id == type.id; });
  if (cast == kCastTargets.end()) {
    return Error{
        Code::kBadValue,
        fmt::format("column {} cannot be cast to {} while it is read", found.name, type_name(type)),
        "geometries have the type of the database; use a `query` to change it", place};
  }
  return ReadColumn{.column = {found.name, type, true},
                    .layout = cast->layout,
                    .expression = fmt::format("{}::{}", name, cast->sql)};
}

Result<ReadColumn> shape_column(PgConnection& connection, const std::string& from,
                                const PgColumn& found, const TypeEntry& type) {
  const std::string name = quote_identifier(found.name);
  ReadColumn column{.column = {found.name, {}, true}, .expression = name};
  if (!type.postgis.empty() && (type.name == "geometry" || type.name == "geography")) {
    return shape_geometry(connection, from, found, type);
  }
  if (type.is_enum) return column;
  if (type.built_in && type.name == "numeric") {
    const auto decimal = decimal_of(found.modifier);
    column.column.type = decimal.value_or(Type{.id = TypeId::kDouble});
    column.layout = decimal ? PgLayout::kNumeric : PgLayout::kFloat8;
    if (!decimal) column.expression += "::double precision";
    return column;
  }
  const auto known =
      std::find_if(kKnownTypes.begin(), kKnownTypes.end(),
                   [&](const KnownType& each) { return type.built_in && each.name == type.name; });
  if (known == kKnownTypes.end()) {
    column.expression += "::text";
    return column;
  }
  column.column.type.id = known->id;
  column.layout = known->layout;
  return column;
}

// Only a table's own columns promise to hold no nulls; what a join makes of them does not.
Result<std::set<int>> columns_without_nulls(PgConnection& connection, uint32_t table) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT attnum FROM pg_attribute WHERE attrelid = $1::oid AND"
                                " attnotnull AND attnum > 0 AND NOT attisdropped",
                                {std::to_string(table)}));
  std::set<int> numbers;
  for (size_t i = 0; i < rows.size(); ++i) numbers.insert(static_cast<int>(rows.integer(i, 0)));
  return numbers;
}

Status find_relation(PgConnection& connection, const PostgresRead& read, TableShape& shape) {
  RHUMB_ASSIGN(const PgRows rows,
               connection.query("SELECT c.oid::bigint, c.relkind, EXISTS (SELECT FROM pg_inherits i"
                                " WHERE i.inhparent = c.oid), (SELECT sum(p.reltuples)::bigint FROM"
                                " pg_class p WHERE p.reltuples >= 0 AND (p.oid = c.oid OR p.oid IN"
                                " (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)))"
                                " FROM pg_class c WHERE c.oid = to_regclass($1)",
                                {read.table.quoted()}));
  if (rows.empty()) {
    return Error{Code::kNotFound, fmt::format("there is no table or view {}", read.table.text()),
                 "names are read as in SQL: put parts with capitals in double quotes", read.place};
  }
  shape.oid = static_cast<uint32_t>(rows.integer(0, 0));
  shape.kind = rows.text(0, 1).front();
  shape.has_children = rows.boolean(0, 2);
  shape.from = read.table.quoted();
  if (!rows.is_null(0, 3) && rows.integer(0, 3) > 0) {
    shape.estimated_rows = static_cast<uint64_t>(rows.integer(0, 3));
  }
  return {};
}

Error as_bad_sql(Error error, const Place& place) {
  if (error.code == Code::kDatabase) error.code = Code::kBadSql;
  error.place = place;
  return error;
}

Status check_names(const std::vector<PgColumn>& columns, const PostgresRead& read) {
  std::set<std::string> names;
  for (const PgColumn& column : columns) {
    if (names.insert(column.name).second) continue;
    return Error{Code::kBadSql, fmt::format("the query has two columns named {}", column.name),
                 "give one of them another name with AS", read.place};
  }
  for (const auto& [name, type] : read.types) {
    if (names.contains(name)) continue;
    const std::string nearest = nearest_name(name, {names.begin(), names.end()});
    return Error{Code::kUnknownName, fmt::format("`types` names no column that is read: {}", name),
                 nearest.empty() ? "" : "did you mean " + nearest + "?", read.place};
  }
  if (!columns.empty()) return {};
  return Error{Code::kBadSql, "there is no column to read", "", read.place};
}

}  // namespace

Schema TableShape::schema() const {
  Schema schema;
  for (const ReadColumn& column : columns) schema.push_back(column.column);
  return schema;
}

std::string TableShape::select_list() const {
  std::vector<std::string> expressions;
  for (const ReadColumn& column : columns) expressions.push_back(column.expression);
  return join(expressions, ", ");
}

std::string TableShape::signature() const {
  std::vector<std::string> parts;
  for (const ReadColumn& each : columns) {
    const Type& type = each.column.type;
    parts.push_back(fmt::format("{} {} {}{}", quote_identifier(each.column.name), type_name(type),
                                type.srid, each.column.nullable ? "" : " not null"));
  }
  return join(parts, ", ");
}

Result<PgConnection> open_reading_connection(const Secret& url, const PostgresRead& read,
                                             const CancelFlag* cancel) {
  RHUMB_ASSIGN(PgConnection connection, PgConnection::open(url, {.cancel = cancel}));
  RHUMB_TRY(connection.execute(kSessionSettings));
  RHUMB_TRY(
      connection.execute(read.row_security ? "SET row_security = on" : "SET row_security = off"));
  return connection;
}

Result<TableShape> look_at_table(PgConnection& connection, const PostgresRead& read) {
  TableShape shape;
  if (!read.query.empty()) {
    // The line end closes a comment at the query's end.
    shape.from = "(" + read.query + "\n) AS q";
  } else {
    RHUMB_TRY(find_relation(connection, read, shape));
  }
  // A query is described as it stands: doubled names would be an error inside of FROM.
  auto described =
      connection.describe(read.query.empty() ? "SELECT * FROM " + shape.from : read.query);
  if (!described.ok()) return as_bad_sql(std::move(described).error(), read.place);
  RHUMB_TRY(check_names(*described, read));
  RHUMB_ASSIGN(const auto types, look_up_types(connection, *described));
  std::set<int> not_null;
  if (shape.oid != 0) {
    RHUMB_ASSIGN(not_null, columns_without_nulls(connection, shape.oid));
  }
  for (const PgColumn& found : *described) {
    const auto pin = read.types.find(found.name);
    auto column = pin == read.types.end()
                      ? shape_column(connection, shape.from, found, types.at(found.type))
                      : shape_pinned(found, pin->second, read.place);
    if (!column.ok()) return as_bad_sql(std::move(column).error(), read.place);
    column->column.nullable = found.table != shape.oid || !not_null.contains(found.attribute);
    shape.columns.push_back(std::move(column).value());
  }
  return shape;
}

}  // namespace rhumb
