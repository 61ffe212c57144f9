#include "state/sql_state.h"

namespace rhumb {

Status SqlState::record_events(const std::vector<RunEvent>& events) {
  if (events.empty()) return {};
  std::vector<std::vector<StateValue>> rows;
  rows.reserve(events.size());
  for (const RunEvent& event : events)
    rows.push_back(state_values(event.run, event.at, event.kind, event.dataset, event.body));
  const std::scoped_lock lock(mutex_);
  return db_->write([&] {
    return db_->execute_all(
        "INSERT INTO events (run, at, kind, dataset, body) VALUES (?, ?, ?, ?, ?)", rows);
  });
}

Result<std::vector<RunEvent>> SqlState::events(const std::string& run) {
  const std::scoped_lock lock(mutex_);
  std::vector<RunEvent> out;
  RHUMB_TRY(db_->each(
      "SELECT at, kind, dataset, body FROM events WHERE run = ? ORDER BY id",
      [&](const StateRow& row) {
        out.push_back({.run = run,
                       .at = row.integer(0),
                       .kind = row.text(1),
                       .dataset = row.text(2),
                       .body = row.text(3)});
      },
      run));
  return out;
}

Result<std::vector<QuarantineCount>> SqlState::quarantine_counts(const std::string& run) {
  const std::scoped_lock lock(mutex_);
  std::vector<QuarantineCount> out;
  RHUMB_TRY(db_->each(
      "SELECT source, reason, status, count(*) FROM quarantine WHERE run = ? "
      "GROUP BY source, reason, status ORDER BY source, count(*) DESC, reason",
      [&](const StateRow& row) {
        out.push_back({.source = row.text(0),
                       .reason = row.text(1),
                       .status = row.text(2),
                       .records = row.count(3)});
      },
      run));
  return out;
}

}  // namespace rhumb
