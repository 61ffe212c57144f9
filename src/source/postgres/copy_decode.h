#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "component/batch.h"
#include "io/pg/copy.h"
#include "source/postgres/table_shape.h"

namespace rhumb {

/// Rows of a binary COPY -> rows of a batch. A value that has no counterpart (an infinite
/// timestamp, NaN in a decimal, a curve, a second SRID) is an Error that names its column. Not
/// thread-safe.
class RowDecoder {
 public:
  explicit RowDecoder(std::vector<ReadColumn> columns) : columns_(std::move(columns)) {}

  /// REQUIRES: `out` has these columns. After an Error its last row is incomplete.
  Status append(const std::vector<PgCell>& row, Batch& out);

 private:
  Status append_value(const ReadColumn& from, const PgCell& cell, ColumnData& to);
  Status append_geometry(const ReadColumn& from, const PgCell& cell, ColumnData& to);

  std::vector<ReadColumn> columns_;
  std::string wkb_;  ///< kept for its capacity
};

}  // namespace rhumb
