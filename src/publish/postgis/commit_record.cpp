#include "publish/postgis/commit_record.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr const char* kLookForTables =
    "SELECT to_regnamespace('rhumb') IS NOT NULL, to_regclass('rhumb.publications') IS NOT NULL"
    " AND to_regclass('rhumb.leases') IS NOT NULL AND to_regclass('rhumb.seats') IS NOT NULL"
    " AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('rhumb.publications')"
    " AND attname = 'store')";

constexpr auto kCreateTables = std::to_array<const char*>(
    {"CREATE TABLE IF NOT EXISTS rhumb.publications ("
     " view text NOT NULL, version bigint NOT NULL, run text NOT NULL, \"table\" text NOT NULL,"
     " staged_at timestamptz NOT NULL DEFAULT clock_timestamp(), switched_at timestamptz,"
     " PRIMARY KEY (view, \"table\"))",
     "ALTER TABLE rhumb.publications ADD COLUMN IF NOT EXISTS appends_to bigint,"
     " ADD COLUMN IF NOT EXISTS store text",
     "COMMENT ON TABLE rhumb.publications IS 'Versions that Rhumb published: the row of a view with"
     " the newest switched_at is what its readers see.'",
     "CREATE TABLE IF NOT EXISTS rhumb.leases (view text PRIMARY KEY, token bigint NOT NULL,"
     " run text NOT NULL, holder text NOT NULL, session integer, session_start timestamptz,"
     " taken_at timestamptz NOT NULL DEFAULT clock_timestamp())",
     "COMMENT ON TABLE rhumb.leases IS 'Who publishes: a publisher whose token is no longer here "
     "has"
     " lost its lease.'",
     "CREATE TABLE IF NOT EXISTS rhumb.seats (view text NOT NULL, number integer NOT NULL,"
     " open_at_switch text[], PRIMARY KEY (view, number))",
     "COMMENT ON TABLE rhumb.seats IS 'Views with switch: pointer, and the transactions that may"
     " still read the version before the visible one.'"});

}  // namespace

Result<PgTransaction> begin_creating(PgConnection& connection) {
  RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection));
  RHUMB_TRY(connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('rhumb', 0))"));
  return transaction;
}

Status CommitRecord::prepare() {
  // Asked first: CREATE SCHEMA IF NOT EXISTS wants the right to create even when there is one.
  RHUMB_ASSIGN(const PgRows found, connection_.query(kLookForTables));
  if (found.boolean(0, 1)) return {};
  RHUMB_ASSIGN(PgTransaction transaction, begin_creating(connection_));
  if (!found.boolean(0, 0)) RHUMB_TRY(connection_.execute("CREATE SCHEMA IF NOT EXISTS rhumb"));
  for (const char* sql : kCreateTables) RHUMB_TRY(connection_.execute(sql));
  return transaction.commit();
}

Result<std::vector<PublishedTable>> CommitRecord::tables() {
  std::vector<PublishedTable> tables;
  RHUMB_ASSIGN(const PgRows exists,
               connection_.query("SELECT to_regclass('rhumb.publications') IS NOT NULL"));
  if (!exists.boolean(0, 0)) return tables;
  // As JSON: a record that an older Rhumb made has no such column.
  RHUMB_ASSIGN(const PgRows rows,
               connection_.query("SELECT version, run, \"table\", switched_at IS NOT NULL,"
                                 " to_jsonb(p) ->> 'appends_to',"
                                 " coalesce(to_jsonb(p) ->> 'store', '') FROM rhumb.publications p"
                                 " WHERE view = $1"
                                 " ORDER BY switched_at DESC NULLS LAST, staged_at DESC",
                                 {view_}));
  for (size_t i = 0; i < rows.size(); ++i) {
    RHUMB_ASSIGN(const PgName table, parse_pg_name(rows.text(i, 2)));
    RHUMB_ASSIGN(const PgRows oid,
                 connection_.query("SELECT to_regclass($1)::oid", {table.quoted()}));
    PublishedTable entry{.version = static_cast<uint64_t>(rows.integer(i, 0)),
                         .run = rows.string(i, 1),
                         .table = table,
                         .switched = rows.boolean(i, 3),
                         .oid = static_cast<uint32_t>(oid.integer(0, 0))};
    if (!rows.is_null(i, 4)) entry.appends_to = static_cast<uint64_t>(rows.integer(i, 4));
    entry.store = rows.string(i, 5);
    tables.push_back(std::move(entry));
  }
  return tables;
}

Status CommitRecord::add_staged(const PublishedTable& staged) {
  std::optional<std::string> appends_to;
  if (staged.appends_to) appends_to = std::to_string(*staged.appends_to);
  RHUMB_ASSIGN(
      const PgRows done,
      connection_.query(
          "INSERT INTO rhumb.publications (view, version, run, \"table\", appends_to, store)"
          " VALUES ($1, $2, $3, $4, $5, nullif($6, '')) ON CONFLICT (view, \"table\") DO UPDATE SET"
          " version = excluded.version, run = excluded.run,"
          " appends_to = excluded.appends_to, store = excluded.store,"
          " staged_at = excluded.staged_at, switched_at = NULL",
          {view_, std::to_string(staged.version), staged.run, staged.table.text(), appends_to,
           staged.store}));
  static_cast<void>(done);
  return {};
}

Status CommitRecord::mark_visible(const PgName& table) {
  // A clock that was set back must not make an older version the newest.
  RHUMB_ASSIGN(const PgRows done,
               connection_.query("UPDATE rhumb.publications SET switched_at = greatest("
                                 " clock_timestamp(), (SELECT max(switched_at) + interval '1 us'"
                                 " FROM rhumb.publications WHERE view = $1))"
                                 " WHERE view = $1 AND \"table\" = $2",
                                 {view_, table.text()}));
  if (done.affected() == 1) return {};
  return Error{Code::kConflict,
               fmt::format("rhumb.publications no longer names {} for {}", table.text(), view_),
               "another process changed it; run again",
               {}};
}

Status CommitRecord::mark_appended(const PgName& visible, const PublishedTable& staged) {
  RHUMB_TRY(forget(staged.table));
  RHUMB_ASSIGN(const PgRows done,
               connection_.query("UPDATE rhumb.publications SET version = $3, run = $4"
                                 " WHERE view = $1 AND \"table\" = $2 AND version = $5",
                                 {view_, visible.text(), std::to_string(staged.version), staged.run,
                                  std::to_string(staged.appends_to.value_or(0))}));
  if (done.affected() == 1) return mark_visible(visible);
  return Error{Code::kConflict,
               fmt::format("{} no longer shows version {}, which the new rows complete", view_,
                           staged.appends_to.value_or(0)),
               "another process changed it; run again",
               {}};
}

Status CommitRecord::forget(const PgName& table) {
  RHUMB_ASSIGN(
      const PgRows done,
      connection_.query("DELETE FROM rhumb.publications WHERE view = $1 AND \"table\" = $2",
                        {view_, table.text()}));
  static_cast<void>(done);
  return {};
}

}  // namespace rhumb
