#include "engine/duckdb/lookup_table.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/duckdb/types.h"
#include "io/fs/spill_memory.h"

namespace rhumb {
namespace {

constexpr const char* kRow = "rhumb_row";
/// One part in so many of an index's memory may be the cells of points among polygons.
constexpr size_t kShareOfCells = 4;

std::string table_of(const std::string& name) {
  return "rhumb_lookup." + quote_identifier(name);
}

struct IndexedColumn {
  std::string name;
  std::string crs;
};

Result<IndexedColumn> indexed_column(duckdb_prepared_statement rows, const Lookup& lookup) {
  const idx_t count = duckdb_prepared_statement_column_count(rows);
  for (idx_t i = 0; i < count; ++i) {
    std::string name = take_name(rows, i);
    if (!equals_ignoring_case(name, lookup.geometry)) continue;
    const LogicalTypeHandle type(duckdb_prepared_statement_column_logical_type(rows, i));
    if (duckdb_get_type_id(type.get()) != DUCKDB_TYPE_GEOMETRY) {
      return Error{Code::kBadSql, fmt::format("`{}` is no geometry", name), "", {}};
    }
    return IndexedColumn{std::move(name), take_text(duckdb_geometry_type_get_crs(type.get()))};
  }
  return Error{Code::kInternal,
               fmt::format("look-up `{}` has no column `{}`", lookup.name, lookup.geometry),
               "",
               {}};
}

// The window numbers the rows in the order of the statement, whatever the threads do.
SqlText table_statement(const Lookup& lookup, const std::string& geometry) {
  const std::string column = quote_identifier(geometry);
  return SqlText::wrapped(
      fmt::format("CREATE OR REPLACE TABLE {} AS SELECT * {} REPLACE (rhumb_collect({}, {}) AS {}) "
                  "FROM (SELECT *, row_number() OVER () - 1 AS {} FROM (",
                  table_of(lookup.name), lookup.keep_geometry ? "" : "EXCLUDE (" + column + ")",
                  kRow, column, kRow, kRow),
      statement_body(lookup.rows), "\n))");
}

/// Runs the statement while its geometries are collected.
Status collect_rows(Session& session, const SqlText& statement, WkbCollector& collector) {
  session.lookups().collect_into(&collector);
  auto made = session.run(statement);
  auto error = session.lookups().take_error();
  session.lookups().collect_into(nullptr);
  if (made.ok()) return {};
  return error ? *std::move(error) : std::move(made).error();
}

Status drop_lookup(Session& session, const std::string& name) {
  // The statement first: it waits for threads of an abandoned stream, which may read the index.
  Status dropped = session.execute("DROP TABLE IF EXISTS " + table_of(name));
  session.lookups().remove(name);
  return dropped;
}

/// Rows of the statement as an index: `room` bytes in memory, what they need beyond that in files.
Result<LookupStore::Entry> make_entry(Session& session, const Lookup& lookup,
                                      const IndexedColumn& column, size_t room) {
  const auto memory = std::make_shared<SpillMemory>(session.temp_directory(), room);
  const auto failed = [&](Error error) {
    return error.code == Code::kOutOfMemory ? memory->failure().value_or(std::move(error)) : error;
  };
  std::optional<WkbCollector> collector(std::in_place, *memory);
  Status collected = collect_rows(session, table_statement(lookup, column.name), *collector);
  if (!collected.ok()) return failed(std::move(collected).error());
  // The engine has made its table: what it did not need is for the index.
  RHUMB_ASSIGN(const uint64_t left, session.free_memory());
  const size_t all = left + room;
  memory->set_budget(all - all / kShareOfCells);
  auto index = SpatialIndex::build(collector->rows(), {.threads = session.threads(),
                                                       .memory = memory,
                                                       .cell_memory = all / kShareOfCells,
                                                       .cancel = &session.cancel_flag(),
                                                       .point_probes = lookup.point_probes});
  if (!index.ok()) return failed(std::move(index).error());
  collector.reset();
  const size_t bytes = index->bytes();
  return LookupStore::Entry{.index = std::move(index).value(),
                            .crs = column.crs,
                            .heap_bytes = bytes - std::min(bytes, memory->mapped_bytes())};
}

Status fill_lookup(Session& session, const Lookup& lookup, const IndexedColumn& column) {
  // The engine, which makes the table meanwhile, must do with the other half.
  RHUMB_ASSIGN(const uint64_t room, session.free_memory());
  session.lookups().reserve(room / 2);
  RHUMB_TRY(session.make_room_for_lookups());
  RHUMB_ASSIGN(LookupStore::Entry entry, make_entry(session, lookup, column, room / 2));
  session.lookups().put(lookup.name, std::move(entry));
  return {};
}

}  // namespace

Status create_lookup(Session& session, const Lookup& lookup) {
  RHUMB_TRY(drop_lookup(session, lookup.name));
  RHUMB_TRY(session.make_room_for_lookups());
  RHUMB_ASSIGN(const PreparedHandle rows, session.prepare_select(lookup.rows));
  RHUMB_ASSIGN(const IndexedColumn column, indexed_column(rows.get(), lookup));
  Status filled = fill_lookup(session, lookup, column);
  session.lookups().reserve(0);
  if (filled.ok()) return session.make_room_for_lookups();
  session.lookups().remove(lookup.name);
  session.execute_regardless("DROP TABLE IF EXISTS " + table_of(lookup.name));
  if (Status room = session.make_room_for_lookups(); !room.ok()) return room;
  return filled;
}

Status remove_lookups(Session& session) {
  for (const std::string& name : session.lookups().names()) {
    RHUMB_TRY(drop_lookup(session, name));
  }
  return session.make_room_for_lookups();
}

}  // namespace rhumb
