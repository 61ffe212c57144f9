#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhumb {

/// The types a column can have between rooms. Each maps to one DuckDB and one PostgreSQL type.
enum class TypeId : uint8_t {
  kBoolean,
  kInteger,  ///< 64 bits
  kDouble,
  kDecimal,  ///< 128-bit integer scaled by 10^scale
  kText,     ///< UTF-8
  kBytes,
  kDate,         ///< days since 1970-01-01, 32 bits
  kTime,         ///< microseconds since midnight
  kTimestamp,    ///< microseconds since 1970-01-01 00:00:00 on a wall clock without a zone
  kTimestampTz,  ///< microseconds since 1970-01-01 00:00:00 UTC
  kUuid,         ///< 128 bits, big endian as written
  kJson,         ///< UTF-8 text
  kGeometry,     ///< little-endian ISO WKB, coordinates in (longitude, latitude) or (x, y) order
};

/// What a geometry column may hold; kAny is PostGIS's plain `geometry`.
enum class GeometryKind : uint8_t {
  kAny,
  kPoint,
  kLineString,
  kPolygon,
  kMultiPoint,
  kMultiLineString,
  kMultiPolygon,
  kCollection,
};

struct Type {
  TypeId id = TypeId::kText;
  uint8_t precision = 0;  ///< kDecimal only
  uint8_t scale = 0;      ///< kDecimal only
  GeometryKind geometry = GeometryKind::kAny;
  int srid = 0;  ///< kGeometry only; EPSG code, 0 = unknown
  bool operator==(const Type&) const = default;
};

struct Column {
  std::string name;
  Type type;
  bool nullable = true;
  bool operator==(const Column&) const = default;
};

using Schema = std::vector<Column>;

/// The name users write: `integer`, `point`, `timestamp`, `decimal(10,2)`.
[[nodiscard]] std::string type_name(const Type& type);
/// The reverse, also accepting common SQL spellings (`bigint`, `varchar`, `double precision`).
[[nodiscard]] std::optional<Type> parse_type(std::string_view name);
/// Every spelling `parse_type` takes, for "did you mean".
[[nodiscard]] const std::vector<std::string>& type_names();

/// Bytes of one value for fixed-width types, 0 for text, bytes, JSON and geometry.
[[nodiscard]] size_t fixed_width(TypeId id);

[[nodiscard]] std::vector<std::string> column_names(const Schema& schema);
/// The hint for a name that is no column: the one that may be meant, or all of them.
[[nodiscard]] std::string no_such_column(const Schema& schema, std::string_view name);
/// Position of the column of that name (case ignored), or nothing.
[[nodiscard]] std::optional<size_t> find_column(const Schema& schema, std::string_view name);

}  // namespace rhumb
