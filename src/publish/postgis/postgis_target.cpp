#include "publish/postgis/postgis_target.h"

#include <fmt/format.h>

#include "base/text.h"
#include "io/pg/retry.h"
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

}  // namespace

PostgisTarget::PostgisTarget(PostgisOptions options, PostgisConnection connection,
                             std::string dataset)
    : options_(std::move(options)),
      target_(std::move(connection)),
      dataset_(std::move(dataset)),
      description_(options_.view.text() + " in " + target_.name) {
  if (!target_.leases) target_.leases = make_lease_keeper(target_.url, kDefaultLease);
}

PostgisTarget::~PostgisTarget() = default;

Result<PgConnection*> PostgisTarget::session(const PublishRequest& request, bool first_contact) {
  if (session_ && session_->lost()) session_.reset();
  if (session_) {
    session_->watch(request.cancel);
    return &*session_;
  }
  RHUMB_ASSIGN(PgConnection connection,
               open_patiently(target_.url, {.cancel = request.cancel}, first_contact, request.say));
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

void PostgisTarget::announce() {
  target_.leases->expect(options_.view);
}

Status PostgisTarget::take_lease(PgConnection& connection, const PublishRequest& request) {
  if (!lease_) {
    lease_ = std::make_unique<PublisherLease>(target_.leases, options_.view.text(), description_);
  }
  return lease_->take(
      connection, request.run,
      {.at_most = request.wait_for_others, .cancel = request.cancel, .say = request.say});
}

void PostgisTarget::end_session() {
  if (lease_) lease_->release(session_ ? &*session_ : nullptr);
  session_.reset();
}

std::optional<double> PostgisTarget::retry_after(const Error& error, int tries) const {
  if (!session_ || error.code == Code::kCancelled) return std::nullopt;
  return pg_retry_pause(pg_retry_rule(session_->sqlstate(), session_->lost()), tries);
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

Result<Micros> lease_of_connection(const Config& connection) {
  if (!connection.has("lease")) return kDefaultLease;
  constexpr Micros kShortest = 2'000'000;
  const auto lease = parse_duration(connection["lease"].text());
  if (lease && *lease >= kShortest) return *lease;
  return Error{Code::kBadValue, "`lease` must be a duration of at least 2 s", "60 s",
               connection["lease"].place()};
}

std::shared_ptr<LeaseKeeper> make_lease_keeper(Secret url, Micros lease) {
  return std::make_shared<LeaseKeeper>(std::move(url), lease);
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
