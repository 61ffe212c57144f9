#include <algorithm>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "publish/postgis/publication.h"

namespace rhumb {
namespace {

// Readers of a table that goes are few and must not queue behind its end.
constexpr int kDropTries = 3;
constexpr int kDropTimeoutMs = 20;
// Transactions that were open at the switch, of readers that are quick.
constexpr double kReadersSeconds = 2;

std::string line(const std::string& what, const std::string& why_not) {
  return why_not.empty() ? what + " dropped" : what + " stays: " + why_not;
}

}  // namespace

// A version that a pointer does not name any more leaves its slot when nobody can see it there; ""
// when it is in none, otherwise why it stays.
Result<std::string> PostgisTarget::leave_slot(PgConnection& connection, uint32_t table) {
  if (table == 0) return std::string();
  RHUMB_ASSIGN(const auto slot, slot_of(connection, table));
  if (!slot) return std::string();
  Seats seats(connection, options_.view);
  RHUMB_ASSIGN(const auto all, seats.all());
  const auto seat = std::find_if(all.begin(), all.end(), [&](const Seat& each) {
    return each.slot(1) == *slot || each.slot(2) == *slot;
  });
  if (seat == all.end()) return "it is a part of " + slot->text();
  RHUMB_ASSIGN(OpenTransactions readers, seats.readers_of_version_before(*seat));
  RHUMB_ASSIGN(readers, wait_for_end(connection, std::move(readers), kReadersSeconds, nullptr));
  if (!none_open(readers)) {
    RHUMB_ASSIGN(const auto who, describe_transactions(connection, readers));
    return "transactions older than the switch may still read it: " + join(who, ", ");
  }
  RHUMB_ASSIGN(const auto seated, seats.seated(*slot));
  for (const SeatedTable& each : seated) {
    if (each.oid != table) continue;
    RHUMB_ASSIGN(std::string stays, seats.detach(*slot, each, kReadersSeconds));
    if (stays.empty()) RHUMB_TRY(fault_point(FaultPoint::kPointerLeft));
    return stays;
  }
  return std::string();
}

// "" when the table is gone; otherwise why it stays.
Result<std::string> PostgisTarget::drop_table(PgConnection& connection,
                                              const PublishedTable& table) {
  RHUMB_ASSIGN(std::string seated, leave_slot(connection, table.oid));
  if (!seated.empty()) return seated;
  CommitRecord record(connection, options_.view);
  const std::string sql = fmt::format("SET LOCAL lock_timeout = '{}ms'; DROP TABLE IF EXISTS {}",
                                      kDropTimeoutMs, table.table.quoted());
  for (int tries = 1;; ++tries) {
    RHUMB_ASSIGN(PgTransaction transaction, PgTransaction::begin(connection));
    // What another publisher has staged since is not ours to drop.
    RHUMB_TRY(lease_->confirm(connection));
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

Result<std::vector<Seat>> PostgisTarget::unused_seats(PgConnection& connection) {
  Seats seats(connection, options_.view);
  RHUMB_ASSIGN(auto unused, seats.all());
  if (unused.empty()) return unused;
  RHUMB_ASSIGN(const auto view, look_at_relation(connection, options_.view));
  if (!view) return unused;
  RHUMB_ASSIGN(const auto used, seats.of_view(view->oid));
  std::erase_if(unused, [&](const Seat& seat) { return used && seat.number == used->number; });
  return unused;
}

Status PostgisTarget::drop_unused_seats(PgConnection& connection,
                                        std::vector<std::string>& report) {
  RHUMB_ASSIGN(const auto unused, unused_seats(connection));
  for (const Seat& seat : unused) {
    RHUMB_ASSIGN(const std::string stays, Seats(connection, options_.view).drop(seat));
    report.push_back(line(seat.pointer().text(), stays));
  }
  return {};
}

Result<std::vector<std::string>> PostgisTarget::retire(const PublishRequest& request) {
  RHUMB_ASSIGN(PgConnection* const connection, session(request));
  RHUMB_TRY(take_lease(*connection, request));
  RHUMB_TRY(fault_point(FaultPoint::kRetireBegun));
  std::vector<std::string> report;
  RHUMB_TRY(drop_unused_seats(*connection, report));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  const uint64_t keep = request.keep_none ? 0 : options_.keep;
  uint64_t kept = 0;
  for (size_t i = 0; i < tables.size(); ++i) {
    const PublishedTable& table = tables[i];
    if (i == 0 && table.switched) continue;
    if (table.switched && table.oid != 0 && kept < keep) {
      ++kept;
      // Readers' plans are shorter with one version in the slots; the next switch needs the room.
      RHUMB_ASSIGN(const std::string ignored, leave_slot(*connection, table.oid));
      static_cast<void>(ignored);
      continue;
    }
    // What this run has staged may still be switched to.
    if (!table.switched && table.run == request.run) continue;
    const std::string name = fmt::format("v{} ({})", table.version, table.table.text());
    auto dropped = drop_table(*connection, table);
    if (!dropped.ok() && connection->lost()) return std::move(dropped).error();
    report.push_back(line(name, dropped.ok() ? *dropped : dropped.error().message));
  }
  end_session();
  return report;
}

Result<std::vector<std::string>> PostgisTarget::find_older() {
  RHUMB_ASSIGN(PgConnection* const connection, session({.run = "look"}, true));
  RHUMB_ASSIGN(const auto tables, CommitRecord(*connection, options_.view).tables());
  std::vector<std::string> older;
  for (size_t i = 0; i < tables.size(); ++i) {
    const bool visible = i == 0 && tables[i].switched;
    if (!visible && tables[i].oid != 0) older.push_back(tables[i].table.text());
  }
  end_session();
  return older;
}

Status PostgisTarget::abandon(const PublishRequest& request) {
  // Asked for after a cancelled run, too: the flag must not keep the table alive.
  PublishRequest uncancelled = request;
  uncancelled.cancel = nullptr;
  RHUMB_ASSIGN(PgConnection* const connection, session(uncancelled));
  RHUMB_ASSIGN(auto staged, CommitRecord(*connection, options_.view).tables());
  std::erase_if(staged, [&](const PublishedTable& table) {
    return table.switched || table.version != request.version || table.run != request.run;
  });
  // A run that was refused the lease has nothing to remove, and takes it from nobody.
  if (!staged.empty()) RHUMB_TRY(take_lease(*connection, uncancelled));
  Status result;
  for (const PublishedTable& table : staged) {
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
