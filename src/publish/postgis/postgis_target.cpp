#include "publish/postgis/postgis_target.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "publish/postgis/publication.h"

namespace rhumb {
namespace {

// A role's or database's own defaults must not end a long load, change what a transaction sees or
// lose a commit that was reported. Notices would only repeat what is known.
constexpr const char* kSessionSettings =
    "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
    "SET client_min_messages = warning; SET standard_conforming_strings = on;"
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'";
constexpr int kOldestServer = 150000;
// The server needs a moment to notice that an earlier session of ours is gone.
constexpr double kLeaseSeconds = 1.0;

}  // namespace

PostgisTarget::PostgisTarget(PostgisOptions options, PostgisConnection connection,
                             std::string dataset)
    : options_(std::move(options)),
      target_(std::move(connection)),
      dataset_(std::move(dataset)),
      description_(options_.view.text() + " in " + target_.name) {}

Result<PgConnection*> PostgisTarget::session(const PublishRequest& request) {
  if (session_ && session_->lost()) end_session();
  if (session_) {
    session_->watch(request.cancel);
    return &*session_;
  }
  RHUMB_ASSIGN(PgConnection connection,
               PgConnection::open(target_.url, {.cancel = request.cancel}));
  RHUMB_TRY(prepare_session(connection));
  session_.emplace(std::move(connection));
  return &*session_;
}

Status PostgisTarget::prepare_session(PgConnection& connection) {
  if (connection.server_version() < kOldestServer) {
    return Error{
        Code::kNotSupported,
        fmt::format("publishing needs PostgreSQL 15 or newer, {} has {}.{}", target_.name,
                    connection.server_version() / 10000, connection.server_version() % 10000),
        "", options_.place};
  }
  RHUMB_TRY(connection.execute(kSessionSettings));
  if (!options_.view.schema.empty()) return {};
  RHUMB_ASSIGN(const PgRows rows, connection.query("SELECT current_schema()"));
  if (rows.is_null(0, 0)) {
    return Error{Code::kBadValue,
                 fmt::format("there is no schema to put {} into", options_.view.text()),
                 "name one: public." + options_.view.text(), options_.place};
  }
  options_.view.schema = rows.string(0, 0);
  return {};
}

Status PostgisTarget::take_lease(PgConnection& connection) {
  const std::string key = "rhumb:" + options_.view.quoted();
  const Stopwatch watch;
  while (!leased_) {
    RHUMB_ASSIGN(const PgRows taken,
                 connection.query("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", {key}));
    leased_ = taken.boolean(0, 0);
    if (leased_ || watch.seconds() > kLeaseSeconds) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (leased_) return {};
  RHUMB_ASSIGN(
      const PgRows holder,
      connection.query("SELECT string_agg(pid::text, ', ') FROM pg_locks"
                       " WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND"
                       " (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)",
                       {key}));
  return Error{Code::kBusy,
               fmt::format("another process is publishing to {} (server process {})", description_,
                           holder.string(0, 0)),
               "wait until it has finished",
               {}};
}

void PostgisTarget::end_session() {
  session_.reset();
  leased_ = false;
}

std::string PostgisTarget::grants(const std::string& role) const {
  const std::string to = quote_identifier(role);
  const std::string view_schema = options_.view.schema.empty() ? "public" : options_.view.schema;
  PgName table = options_.table(1);
  if (table.schema.empty()) table.schema = view_schema;
  std::string sql =
      fmt::format("GRANT USAGE, CREATE ON SCHEMA {} TO {};\n", quote_identifier(view_schema), to);
  if (table.schema != view_schema) {
    sql += fmt::format("GRANT USAGE, CREATE ON SCHEMA {} TO {};\n", quote_identifier(table.schema),
                       to);
  }
  sql += fmt::format("CREATE SCHEMA IF NOT EXISTS rhumb AUTHORIZATION {};\n", to);
  sql += "-- when the view exists already, it has to be its owner or a member of that role:\n";
  sql += fmt::format("-- ALTER VIEW {} OWNER TO {};\n",
                     PgName{view_schema, options_.view.name}.quoted(), to);
  sql += "-- optional, to name sessions of others that hold the view:\n";
  sql += fmt::format("-- GRANT pg_read_all_stats TO {};\n", to);
  return sql;
}

Result<std::unique_ptr<Target>> make_postgis_target(const Config& publish,
                                                    PostgisConnection connection,
                                                    const std::string& dataset,
                                                    const std::string& suffix) {
  RHUMB_ASSIGN(PostgisOptions options, read_postgis_options(publish, suffix));
  return std::unique_ptr<Target>(
      std::make_unique<PostgisTarget>(std::move(options), std::move(connection), dataset));
}

}  // namespace rhumb
