#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "component/engine.h"
#include "engine/duckdb/session.h"

namespace rhumb {

/// Rows to be written: one SQL expression per column of WriteRequest::schema over `source`.
/// Geometry is WKB in a BLOB.
struct RowSource {
  SqlText source;                        ///< what stands behind FROM
  std::vector<std::string> expressions;  ///< in the order of the schema
  std::string input;                     ///< of `_input`; "" = WriteRequest::input, if any
};

/// Writes rows as GeoParquet files: zstd level 1, row groups of 65,536 rows, for each geometry
/// column NAME a struct column NAME_bbox of floats rounded outwards, and `_input` when asked for.
/// `path` of the files is absolute. No rows give no file. What a failed write began is removed.
/// kDuplicate when two columns have one name (case ignored), kBadValue when one has none.
[[nodiscard]] Result<std::vector<DataFile>> write_parquet(Session& session, const RowSource& rows,
                                                          const WriteRequest& request);

}  // namespace rhumb
