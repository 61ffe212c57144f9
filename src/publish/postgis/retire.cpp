#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "publish/postgis/publication.h"

namespace rhumb {
namespace {

// Readers of a table that goes are few and must not queue behind its end.
constexpr int kDropTries = 3;
constexpr int kDropTimeoutMs = 20;

}  // namespace

// "" when the table is gone; otherwise why it stays.
Result<std::string> PostgisTarget::drop_table(PgConnection& connection,
                                              const PublishedTable& table) {
  CommitRecord record(connection, options_.view);
  const std::string sql = fmt::format("SET LOCAL lock_timeout = '{}ms'; DROP TABLE IF EXISTS {}",
                                      kDropTimeoutMs, table.table.quoted());
  for (int tries = 1;; ++tries) {
    RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection));
    Status dropped = connection.execute(sql);
    if (dropped.ok()) {
      RHUMB_TRY(record.forget(table.table));
      RHUMB_TRY(transaction.commit());
      RHUMB_TRY(fault_point(FaultPoint::kRetireDropped));
      return std::string();
    }
    const std::string state = connection.sqlstate();
    transaction.rollback();
    if (state == "2BP01") {
      RHUMB_ASSIGN(const auto look, look_at_relation(connection, table.table));
      return look ? "other objects depend on it: " + join(look->dependants, ", ")
                  : dropped.error().message;
    }
    if (state != "55P03") return std::move(dropped).error();
    if (tries < kDropTries) continue;
    RHUMB_ASSIGN(const auto holders, lock_holders(connection, table.oid));
    return holders.empty() ? std::string("it is in use") : "it is read by " + join(holders, ", ");
  }
}

Result<std::vector<std::string>> PostgisTarget::retire(const PublishRequest& request) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_TRY(take_lease(*connection));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  RHUMB_TRY(fault_point(FaultPoint::kRetireBegun));
  std::vector<std::string> report;
  uint64_t kept = 0;
  for (size_t i = 0; i < tables.size(); ++i) {
    const PublishedTable& table = tables[i];
    if (i == 0 && table.switched) continue;
    if (table.switched && table.oid != 0 && kept < options_.keep) {
      ++kept;
      continue;
    }
    // What this run has staged may still be switched to.
    if (!table.switched && table.run == request.run) continue;
    const std::string name = fmt::format("v{} ({})", table.version, table.table.text());
    auto dropped = drop_table(*connection, table);
    if (!dropped.ok()) {
      if (connection->lost()) return std::move(dropped).error();
      report.push_back(name + " stays: " + dropped.error().message);
    } else {
      report.push_back(dropped->empty() ? name + " dropped" : name + " stays: " + *dropped);
    }
  }
  end_session();
  return report;
}

Status PostgisTarget::abandon(const PublishRequest& request) {
  // Asked for after a cancelled run, too: the flag must not keep the table alive.
  PublishRequest uncancelled = request;
  uncancelled.cancel = nullptr;
  RHUMB_ASSIGN(PgConnection* const connection, session(uncancelled));
  RHUMB_TRY(take_lease(*connection));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  Status result;
  for (const PublishedTable& table : tables) {
    if (table.switched || table.version != request.version || table.run != request.run) continue;
    RHUMB_ASSIGN(const std::string why, drop_table(*connection, table));
    if (!why.empty()) {
      result = Error{Code::kBusy,
                     fmt::format("{} stays: {}", table.table.text(), why),
                     "the next publication drops it",
                     {}};
    }
  }
  end_session();
  return result;
}

}  // namespace rhumb
