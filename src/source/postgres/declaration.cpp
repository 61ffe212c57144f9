#include <memory>

#include "source/postgres/postgres_source.h"

namespace rhumb {
namespace {

constexpr const char* kDoc =
    "Types, NOT NULL, geometry kinds and SRIDs come from the catalogue of the database. All rows "
    "are of one snapshot, whatever is written meanwhile; a large table is read over several "
    "connections at once.\n\n"
    "`numeric(p,s)` up to 38 digits stays exact; larger ones and `numeric` without figures are "
    "read as double, or as pinned under `types`. Types that have no counterpart (arrays, ranges, "
    "intervals, network addresses) are read as text. Infinite dates and timestamps, and NaN in "
    "a decimal, are refused: map them in a `query`. A geometry column without SRID takes that of "
    "the data; mixed ones are refused.\n\n"
    "`changed_when` decides whether the table is read again:\n\n"
    "- `fingerprint` (default): count and sum of the rows' hashes, computed by the server over "
    "all rows; sees every change;\n"
    "- `counters`: the server's counts of inserted, updated and deleted rows and the table's "
    "file; costs nothing, lags a second or more behind, and counts a restart, a rewrite or a "
    "rolled-back change as one;\n"
    "- an SQL expression such as `max(updated_at)`: sees what moves its value, so neither deletes "
    "nor late commits;\n"
    "- `always`.";

std::vector<Field> what_is_read() {
  return {
      {.name = "connection",
       .type = FieldType::kText,
       .doc = "A name under `connections:`.",
       .required = true,
       .example = "warehouse"},
      {.name = "table",
       .type = FieldType::kText,
       .doc = "`schema.name` of a table, partitioned table, foreign table, view or materialized "
              "view; as in SQL, parts with capitals in double quotes.",
       .example = "public.trips"},
      {.name = "query",
       .type = FieldType::kSql,
       .doc = "Or a SELECT in PostgreSQL's own SQL, without a semicolon; read over one "
              "connection.",
       .example = "SELECT id, geom FROM trips WHERE fare > 0"}};
}

std::vector<Field> how_it_is_read() {
  return {
      {.name = "types",
       .type = FieldType::kMapOf,
       .doc = "Types that columns are cast to by the server.",
       .example = "{amount: \"decimal(20,4)\"}",
       .item = std::make_shared<const Field>(Field{.type = FieldType::kColumnType})},
      {.name = "readers",
       .type = FieldType::kInteger,
       .doc = "Most connections that read at once.",
       .default_value = "4"},
      {.name = "row_security",
       .type = FieldType::kBoolean,
       .doc = "Whether to take only the rows that the table's policies show this role. Otherwise "
              "such a table is refused, since rows would be missing without a word.",
       .default_value = "false"}};
}

Declaration make_declaration() {
  Declaration declaration{.name = "postgres",
                          .summary = "A table, view or query of a PostgreSQL database.",
                          .doc = kDoc,
                          .fields = what_is_read(),
                          .example = "postgres: { connection: warehouse, table: public.trips }\n"};
  for (Field& field : how_it_is_read()) declaration.fields.push_back(std::move(field));
  return declaration;
}

}  // namespace

const Declaration& postgres_source_declaration() {
  static const Declaration declaration = make_declaration();
  return declaration;
}

}  // namespace rhumb
