#include "publish/postgis/open_transactions.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace rhumb {
namespace {

constexpr double kFirstPause = 0.002;
constexpr double kLongestPause = 0.1;

Result<OpenTransactions> ask(PgConnection& connection, const std::string& sql,
                             const PgParameters& parameters) {
  RHUMB_ASSIGN(const PgRows rows, connection.query(sql, parameters));
  return rows.string(0, 0);
}

}  // namespace

// Every transaction holds a lock on its own name, also one that only reads. A prepared one (of two
// phases) has no process and runs no statement.
Result<OpenTransactions> open_transactions(PgConnection& connection) {
  return ask(connection,
             "SELECT coalesce(array_agg(DISTINCT l.virtualtransaction), '{}') FROM pg_locks l"
             " JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'virtualxid' AND l.granted"
             " AND a.datname = current_database() AND l.pid <> pg_backend_pid()"
             " AND a.backend_type IS DISTINCT FROM 'autovacuum worker'",
             {});
}

Result<OpenTransactions> transactions_on(PgConnection& connection, uint32_t relation) {
  return ask(connection,
             "SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') FROM pg_locks"
             " WHERE locktype = 'relation' AND relation = $1::oid AND database ="
             " (SELECT oid FROM pg_database WHERE datname = current_database())"
             " AND pid IS NOT NULL AND pid <> pg_backend_pid()",
             {std::to_string(relation)});
}

Result<OpenTransactions> still_open(PgConnection& connection,
                                    const OpenTransactions& transactions) {
  return ask(connection,
             "SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') FROM pg_locks"
             " WHERE locktype = 'virtualxid' AND virtualtransaction = ANY ($1::text[])",
             {transactions});
}

Result<std::vector<std::string>> describe_transactions(PgConnection& connection,
                                                       const OpenTransactions& transactions) {
  RHUMB_ASSIGN(
      const PgRows rows,
      connection.query(
          "SELECT DISTINCT ON (a.xact_start, l.pid) l.pid, coalesce(a.application_name, ''),"
          " coalesce(a.usename, '?'), coalesce(a.state, 'state not visible to this role'),"
          " extract(epoch FROM clock_timestamp() - a.xact_start)::float8"
          " FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)"
          " WHERE l.locktype = 'virtualxid' AND l.virtualtransaction = ANY ($1::text[])"
          " ORDER BY a.xact_start NULLS LAST, l.pid LIMIT 5",
          {transactions}));
  std::vector<std::string> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string since =
        rows.is_null(i, 4) ? "" : " for " + human_seconds(std::stod(rows.string(i, 4)));
    out.push_back(fmt::format("\"{}\" (pid {}, user {}, {}{})", printable(rows.text(i, 1), 64),
                              rows.text(i, 0), printable(rows.text(i, 2), 64), rows.text(i, 3),
                              since));
  }
  return out;
}

Result<OpenTransactions> wait_for_end(PgConnection& connection, OpenTransactions transactions,
                                      double seconds, const CancelFlag* cancel) {
  const Stopwatch watch;
  for (double wait = kFirstPause;; wait = std::min(kLongestPause, wait * 1.5)) {
    RHUMB_ASSIGN(transactions, still_open(connection, transactions));
    if (none_open(transactions) || watch.seconds() >= seconds) return transactions;
    if (cancel != nullptr && cancel->requested()) {
      return Error{Code::kCancelled, "cancelled while waiting for readers", "", {}};
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(wait));
  }
}

}  // namespace rhumb
