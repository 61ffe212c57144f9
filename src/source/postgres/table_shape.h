#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/schema.h"
#include "io/pg/connection.h"
#include "io/pg/name.h"

namespace rhumb {

/// A `read: { postgres: ... }` block.
struct PostgresRead {
  PgName table;  ///< name empty = `query`
  std::string query;
  std::map<std::string, Type> types;  ///< column -> type it is cast to
  int readers = 4;
  bool row_security = false;
  Place place;
};

/// How a field of a binary COPY is laid out.
enum class PgLayout : uint8_t {
  kBoolean,
  kInt2,
  kInt4,
  kInt8,
  kOid,
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

struct ReadColumn {
  Column column;
  PgLayout layout = PgLayout::kText;
  std::string expression;  ///< SQL that gives the value in this layout
};

/// What is read, as the catalogue describes it.
struct TableShape {
  std::string from;  ///< what follows FROM
  std::vector<ReadColumn> columns;
  uint32_t oid = 0;           ///< in pg_class, 0 = a query
  char kind = 'q';            ///< pg_class.relkind, q = a query
  bool has_children = false;  ///< inheritance or partitions
  std::optional<uint64_t> estimated_rows;

  [[nodiscard]] Schema schema() const;
  [[nodiscard]] std::string select_list() const;
  /// Names and types in a few words; changes when a reader has to look again.
  [[nodiscard]] std::string signature() const;
  /// Stored in blocks of its own, so that ranges of them can be read side by side.
  [[nodiscard]] bool has_blocks() const { return (kind == 'r' || kind == 'm') && !has_children; }
};

[[nodiscard]] Result<TableShape> look_at_table(PgConnection& connection, const PostgresRead& read);

/// A connection that reads: nothing in it depends on the role's or the database's defaults.
[[nodiscard]] Result<PgConnection> open_reading_connection(const Secret& url,
                                                           const PostgresRead& read,
                                                           const CancelFlag* cancel);

}  // namespace rhumb
