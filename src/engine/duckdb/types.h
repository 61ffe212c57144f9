#pragma once

#include <string>
#include <string_view>

#include "component/schema.h"
#include "engine/duckdb/handles.h"

namespace rhumb {

/// How a column of a query becomes a column between rooms.
///
/// Signed and unsigned integers up to 64 bits signed, and HUGEINT, the type of sum(integer), are
/// kInteger: what does not fit is an error that says so. UBIGINT is decimal(20,0), UHUGEINT
/// decimal(38,0), FLOAT kDouble, ENUM and NULL kText, all precisions of TIMESTAMP kTimestamp
/// (nanoseconds are cut), the engine's own POINT_2D, BOX_2D... kGeometry.
struct ResultColumn {
  Column column;
  std::string cast;  ///< SQL type that the engine must cast it to first, "" = as it is
  std::string
      unsupported;  ///< the engine's type, when there is none between rooms (lists, structs...)
};

[[nodiscard]] ResultColumn result_column(std::string name, duckdb_logical_type type);

/// The engine's type as a handle, for columns that enter from our side. Geometry is a BLOB here:
/// it enters as WKB.
[[nodiscard]] LogicalTypeHandle stream_type(const Type& type);

/// The engine's type in SQL: `BIGINT`, `DECIMAL(10,2)`, `GEOMETRY('EPSG:4326')`.
[[nodiscard]] std::string sql_type(const Type& type);

/// 4326 for `EPSG:4326` and `OGC:CRS84` (which differ in axis order only, and ours is always
/// longitude first), 0 for what has no EPSG code.
[[nodiscard]] int srid_of_crs(std::string_view crs);

}  // namespace rhumb
