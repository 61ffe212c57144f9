#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "component/batch.h"
#include "component/schema.h"
#include "io/pg/wire.h"

namespace rhumb {

/// How a value looks in COPY's binary format.
enum class PgForm : uint8_t {
  kBoolean,
  kInt2,
  kInt4,
  kInt8,
  kFloat4,
  kFloat8,
  kNumeric,
  kText,
  kJsonb,
  kBytes,
  kDate,
  kTime,
  kTimestamp,
  kUuid,
  kGeometry,
};

/// The PostgreSQL type of a column in a new table.
struct PgColumnType {
  std::string sql;        ///< as in CREATE TABLE: `geometry(Point,4326)`
  uint32_t oid = 0;       ///< in pg_type
  int modifier = -1;      ///< pg_attribute.atttypmod
  std::string base_name;  ///< pg_type.typname, of the type below when it is a domain
  bool is_enum = false;
};

/// How one column of a batch is written.
struct ColumnEncoding {
  Column column;
  PgForm form = PgForm::kText;
};

/// Refuses pairs that cannot be written exactly; `type.base_name` decides.
[[nodiscard]] Result<ColumnEncoding> choose_encoding(const Column& column,
                                                     const PgColumnType& type);

/// Rows of batches -> rows of `COPY ... (FORMAT binary)`. Counts the nulls of each column.
/// Not thread-safe.
class BatchEncoder {
 public:
  explicit BatchEncoder(std::vector<ColumnEncoding> columns);

  /// REQUIRES: the batch has these columns. A value the server cannot hold, or a null where none
  /// may be, is an Error that names the column and the row, counted from 1 over all batches.
  Status append(const Batch& batch, size_t row, PgBuffer& out);

  [[nodiscard]] uint64_t rows() const { return rows_; }
  [[nodiscard]] bool has_nulls(size_t column) const { return nulls_[column] > 0; }

 private:
  Status append_value(const ColumnEncoding& to, const ColumnData& from, size_t row, PgBuffer& out);
  template <typename Narrow>
  Status append_narrow(const ColumnEncoding& to, int64_t value, PgBuffer& out);
  Status append_text(const ColumnEncoding& to, std::string_view text, PgBuffer& out);
  Status append_date(const ColumnEncoding& to, int32_t day, PgBuffer& out);
  Status append_micros(const ColumnEncoding& to, int64_t micros, PgBuffer& out);
  [[nodiscard]] Error refused(const ColumnEncoding& to, const std::string& why,
                              const std::string& hint) const;

  std::vector<ColumnEncoding> columns_;
  std::vector<uint64_t> nulls_;
  uint64_t rows_ = 0;
};

}  // namespace rhumb
