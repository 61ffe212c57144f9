#include "engine/duckdb/types.h"

#include <charconv>

#include <fmt/format.h>

namespace rhumb {
namespace {

Type plain(TypeId id) {
  return Type{.id = id};
}

Type decimal(uint8_t precision, uint8_t scale) {
  return Type{.id = TypeId::kDecimal, .precision = precision, .scale = scale};
}

uint8_t precision_of(const Type& type) {
  return type.precision == 0 ? uint8_t{38} : type.precision;
}

// `INTEGER[]` and the like are too long to print in full.
std::string_view nested_name(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_LIST:
      return "a list";
    case DUCKDB_TYPE_ARRAY:
      return "an array";
    case DUCKDB_TYPE_STRUCT:
      return "a struct";
    case DUCKDB_TYPE_MAP:
      return "a map";
    case DUCKDB_TYPE_UNION:
      return "a union";
    case DUCKDB_TYPE_INTERVAL:
      return "an interval";
    case DUCKDB_TYPE_BIT:
      return "a bit string";
    case DUCKDB_TYPE_TIME_TZ:
      return "a time with time zone";
    default:
      return "of a type Rhumb does not store";
  }
}

void set(ResultColumn& out, const Type& type, std::string cast = "") {
  out.column.type = type;
  out.cast = std::move(cast);
}

bool is_spatial_alias(std::string_view alias) {
  return alias.starts_with("POINT_") || alias.starts_with("LINESTRING_2D") ||
         alias.starts_with("POLYGON_2D") || alias.starts_with("BOX_2D");
}

}  // namespace

int srid_of_crs(std::string_view crs) {
  if (crs == "OGC:CRS84") return 4326;
  constexpr std::string_view kEpsg = "EPSG:";
  if (!crs.starts_with(kEpsg)) return 0;
  int srid = 0;
  const auto parsed = std::from_chars(crs.data() + kEpsg.size(), crs.data() + crs.size(), srid);
  return parsed.ec == std::errc{} && parsed.ptr == crs.data() + crs.size() ? srid : 0;
}

ResultColumn result_column(std::string name, duckdb_logical_type type) {
  ResultColumn out;
  out.column.name = std::move(name);
  const duckdb_type id = duckdb_get_type_id(type);
  const std::string alias = take_text(duckdb_logical_type_get_alias(type));
  if (is_spatial_alias(alias)) {
    set(out, plain(TypeId::kGeometry), "GEOMETRY");
    return out;
  }
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
      set(out, plain(TypeId::kBoolean));
      break;
    case DUCKDB_TYPE_BIGINT:
      set(out, plain(TypeId::kInteger));
      break;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_HUGEINT:
      set(out, plain(TypeId::kInteger), "BIGINT");
      break;
    case DUCKDB_TYPE_UBIGINT:
      set(out, decimal(20, 0), "DECIMAL(20,0)");
      break;
    case DUCKDB_TYPE_UHUGEINT:
      set(out, decimal(38, 0), "DECIMAL(38,0)");
      break;
    case DUCKDB_TYPE_DOUBLE:
      set(out, plain(TypeId::kDouble));
      break;
    case DUCKDB_TYPE_FLOAT:
      set(out, plain(TypeId::kDouble), "DOUBLE");
      break;
    case DUCKDB_TYPE_DECIMAL:
      set(out, decimal(duckdb_decimal_width(type), duckdb_decimal_scale(type)));
      break;
    case DUCKDB_TYPE_VARCHAR:
      set(out, plain(alias == "JSON" ? TypeId::kJson : TypeId::kText));
      break;
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_SQLNULL:
      set(out, plain(TypeId::kText), "VARCHAR");
      break;
    case DUCKDB_TYPE_BLOB:
      set(out, plain(TypeId::kBytes), alias.empty() ? "" : "BLOB");
      break;
    case DUCKDB_TYPE_DATE:
      set(out, plain(TypeId::kDate));
      break;
    case DUCKDB_TYPE_TIME:
      set(out, plain(TypeId::kTime));
      break;
    case DUCKDB_TYPE_TIME_NS:
      set(out, plain(TypeId::kTime), "TIME");
      break;
    case DUCKDB_TYPE_TIMESTAMP:
      set(out, plain(TypeId::kTimestamp));
      break;
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      set(out, plain(TypeId::kTimestamp), "TIMESTAMP");
      break;
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      set(out, plain(TypeId::kTimestampTz));
      break;
    case DUCKDB_TYPE_UUID:
      set(out, plain(TypeId::kUuid));
      break;
    case DUCKDB_TYPE_GEOMETRY:
      set(out, Type{.id = TypeId::kGeometry,
                    .srid = srid_of_crs(take_text(duckdb_geometry_type_get_crs(type)))});
      break;
    default:
      out.unsupported = nested_name(id);
  }
  return out;
}

LogicalTypeHandle stream_type(const Type& type) {
  const auto make = [](duckdb_type id) {
    return LogicalTypeHandle(duckdb_create_logical_type(id));
  };
  switch (type.id) {
    case TypeId::kBoolean:
      return make(DUCKDB_TYPE_BOOLEAN);
    case TypeId::kInteger:
      return make(DUCKDB_TYPE_BIGINT);
    case TypeId::kDouble:
      return make(DUCKDB_TYPE_DOUBLE);
    case TypeId::kDecimal:
      return LogicalTypeHandle(duckdb_create_decimal_type(precision_of(type), type.scale));
    case TypeId::kText:
      return make(DUCKDB_TYPE_VARCHAR);
    case TypeId::kBytes:
    case TypeId::kGeometry:
      return make(DUCKDB_TYPE_BLOB);
    case TypeId::kDate:
      return make(DUCKDB_TYPE_DATE);
    case TypeId::kTime:
      return make(DUCKDB_TYPE_TIME);
    case TypeId::kTimestamp:
      return make(DUCKDB_TYPE_TIMESTAMP);
    case TypeId::kTimestampTz:
      return make(DUCKDB_TYPE_TIMESTAMP_TZ);
    case TypeId::kUuid:
      return make(DUCKDB_TYPE_UUID);
    case TypeId::kJson: {
      LogicalTypeHandle json = make(DUCKDB_TYPE_VARCHAR);
      duckdb_logical_type_set_alias(json.get(), "JSON");
      return json;
    }
  }
  return make(DUCKDB_TYPE_VARCHAR);
}

std::string sql_type(const Type& type) {
  switch (type.id) {
    case TypeId::kBoolean:
      return "BOOLEAN";
    case TypeId::kInteger:
      return "BIGINT";
    case TypeId::kDouble:
      return "DOUBLE";
    case TypeId::kDecimal:
      return fmt::format("DECIMAL({},{})", precision_of(type), type.scale);
    case TypeId::kText:
      return "VARCHAR";
    case TypeId::kBytes:
      return "BLOB";
    case TypeId::kDate:
      return "DATE";
    case TypeId::kTime:
      return "TIME";
    case TypeId::kTimestamp:
      return "TIMESTAMP";
    case TypeId::kTimestampTz:
      return "TIMESTAMPTZ";
    case TypeId::kUuid:
      return "UUID";
    case TypeId::kJson:
      return "JSON";
    case TypeId::kGeometry:
      return "GEOMETRY";
  }
  return "VARCHAR";
}

}  // namespace rhumb
