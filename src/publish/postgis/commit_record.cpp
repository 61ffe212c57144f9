#include "publish/postgis/commit_record.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr const char* kCreateTable =
    "CREATE TABLE IF NOT EXISTS rhumb.publications ("
    " view text NOT NULL, version bigint NOT NULL, run text NOT NULL, \"table\" text NOT NULL,"
    " staged_at timestamptz NOT NULL DEFAULT clock_timestamp(), switched_at timestamptz,"
    " PRIMARY KEY (view, \"table\"));"
    "COMMENT ON TABLE rhumb.publications IS 'Versions that Rhumb published: the row of a view with"
    " the newest switched_at is what its readers see.'";

}  // namespace

Status CommitRecord::prepare() {
  // Asked first: CREATE SCHEMA IF NOT EXISTS wants the right to create even when there is one.
  RHUMB_ASSIGN(const PgRows found,
               connection_.query("SELECT to_regnamespace('rhumb') IS NOT NULL,"
                                 " to_regclass('rhumb.publications') IS NOT NULL"));
  if (found.boolean(0, 1)) return {};
  RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection_));
  // Two first publications at once would both find nothing and both create.
  RHUMB_TRY(connection_.execute("SELECT pg_advisory_xact_lock(hashtextextended('rhumb', 0))"));
  if (!found.boolean(0, 0)) RHUMB_TRY(connection_.execute("CREATE SCHEMA IF NOT EXISTS rhumb"));
  RHUMB_TRY(connection_.execute(kCreateTable));
  return transaction.commit();
}

Result<std::vector<PublishedTable>> CommitRecord::tables() {
  std::vector<PublishedTable> tables;
  RHUMB_ASSIGN(const PgRows exists,
               connection_.query("SELECT to_regclass('rhumb.publications') IS NOT NULL"));
  if (!exists.boolean(0, 0)) return tables;
  RHUMB_ASSIGN(const PgRows rows,
               connection_.query("SELECT version, run, \"table\", switched_at IS NOT NULL"
                                 " FROM rhumb.publications WHERE view = $1"
                                 " ORDER BY switched_at DESC NULLS LAST, staged_at DESC",
                                 {view_}));
  for (size_t i = 0; i < rows.size(); ++i) {
    RHUMB_ASSIGN(const PgName table, parse_pg_name(rows.text(i, 2)));
    RHUMB_ASSIGN(const PgRows oid,
                 connection_.query("SELECT to_regclass($1)::oid", {table.quoted()}));
    tables.push_back({.version = static_cast<uint64_t>(rows.integer(i, 0)),
                      .run = rows.string(i, 1),
                      .table = table,
                      .switched = rows.boolean(i, 3),
                      .oid = static_cast<uint32_t>(oid.integer(0, 0))});
  }
  return tables;
}

Status CommitRecord::add_staged(uint64_t version, const std::string& run, const PgName& table) {
  RHUMB_ASSIGN(
      const PgRows done,
      connection_.query("INSERT INTO rhumb.publications (view, version, run, \"table\")"
                        " VALUES ($1, $2, $3, $4) ON CONFLICT (view, \"table\") DO UPDATE SET"
                        " version = excluded.version, run = excluded.run,"
                        " staged_at = excluded.staged_at, switched_at = NULL",
                        {view_, std::to_string(version), run, table.text()}));
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

Status CommitRecord::forget(const PgName& table) {
  RHUMB_ASSIGN(
      const PgRows done,
      connection_.query("DELETE FROM rhumb.publications WHERE view = $1 AND \"table\" = $2",
                        {view_, table.text()}));
  static_cast<void>(done);
  return {};
}

}  // namespace rhumb
