#include "state/sqlite_state.h"

namespace rhumb {

Status SqliteState::record_events(const std::vector<RunEvent>& events) {
  if (events.empty()) return {};
  const std::scoped_lock lock(mutex_);
  RHUMB_ASSIGN(Transaction transaction, Transaction::begin(*db_));
  for (const RunEvent& event : events) {
    RHUMB_TRY(
        db_->execute("INSERT INTO events (run, at, kind, dataset, body) VALUES (?, ?, ?, ?, ?)",
                     event.run, event.at, event.kind, event.dataset, event.body));
  }
  return transaction.commit();
}

Result<std::vector<RunEvent>> SqliteState::events(const std::string& run) {
  const std::scoped_lock lock(mutex_);
  std::vector<RunEvent> out;
  RHUMB_ASSIGN(
      Statement rows,
      db_->prepare("SELECT at, kind, dataset, body FROM events WHERE run = ? ORDER BY id"));
  RHUMB_TRY(rows.bind(run).each([&](const Statement& row) {
    out.push_back({.run = run,
                   .at = row.integer(0),
                   .kind = row.text(1),
                   .dataset = row.text(2),
                   .body = row.text(3)});
  }));
  return out;
}

Result<std::vector<QuarantineCount>> SqliteState::quarantine_counts(const std::string& run) {
  const std::scoped_lock lock(mutex_);
  std::vector<QuarantineCount> out;
  RHUMB_ASSIGN(
      Statement rows,
      db_->prepare("SELECT source, reason, status, count(*) FROM quarantine WHERE run = ? "
                   "GROUP BY source, reason, status ORDER BY source, count(*) DESC, reason"));
  RHUMB_TRY(rows.bind(run).each([&](const Statement& row) {
    out.push_back({.source = row.text(0),
                   .reason = row.text(1),
                   .status = row.text(2),
                   .records = row.count(3)});
  }));
  return out;
}

}  // namespace rhumb
