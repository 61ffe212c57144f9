#include <string_view>

#include "state/sql_state.h"

namespace rhumb {
namespace {

/// Reverses reason_name; a reason this build does not know is still a bad value.
RejectReason parse_reason(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(kLastRejectReason); ++i) {
    const auto reason = static_cast<RejectReason>(i);
    if (name == reason_name(reason)) return reason;
  }
  return RejectReason::kBadValue;
}

}  // namespace

Status SqlState::quarantine(const std::string& source, const std::string& run,
                            const std::string& input_id, const std::vector<Reject>& rejects) {
  return keep_records(source, run, input_id, rejects, "open");
}

Status SqlState::keep_repairs(const std::string& source, const std::string& run,
                              const std::string& input_id, const std::vector<Reject>& repairs) {
  return keep_records(source, run, input_id, repairs, "repaired");
}

Status SqlState::keep_records(const std::string& source, const std::string& run,
                              const std::string& input_id, const std::vector<Reject>& rejects,
                              const char* status) {
  if (rejects.empty()) return {};
  const Micros at = now_micros();
  const std::scoped_lock lock(mutex_);
  std::vector<std::vector<StateValue>> rows;
  rows.reserve(rejects.size());
  for (const Reject& reject : rejects) {
    rows.push_back(state_values(source, run, input_id, reject.input, reject.line, reject.column,
                                reject.field, reason_name(reject.reason), reject.message,
                                StateBytes{reject.raw}, at, status));
  }
  return db_->write([&] {
    return db_->execute_all(
        "INSERT INTO quarantine (source, run, input_id, input, line, position, field, reason, "
        "message, raw, at, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows);
  });
}

Status SqlState::clear_quarantine(const std::string& source, const std::string& input_id) {
  const std::scoped_lock lock(mutex_);
  return db_->execute("DELETE FROM quarantine WHERE source = ? AND input_id = ?", source, input_id);
}

Result<std::vector<QuarantineRow>> SqlState::quarantined(const std::string& source,
                                                         const std::string& status) {
  const std::scoped_lock lock(mutex_);
  std::vector<QuarantineRow> out;
  RHUMB_TRY(db_->each(
      "SELECT id, run, input_id, input, line, position, field, reason, message, raw, at, status "
      "FROM quarantine WHERE source = ?1 AND (?2 = '' OR status = ?2) ORDER BY id",
      [&](const StateRow& row) {
        out.push_back({.id = row.integer(0),
                       .source = source,
                       .run = row.text(1),
                       .input_id = row.text(2),
                       .reject = {.input = row.text(3),
                                  .line = row.count(4),
                                  .column = static_cast<uint32_t>(row.integer(5)),
                                  .field = row.text(6),
                                  .reason = parse_reason(row.view(7)),
                                  .message = row.text(8),
                                  .raw = row.text(9)},
                       .at = row.integer(10),
                       .status = row.text(11)});
      },
      source, status));
  return out;
}

Status SqlState::mark_quarantined(const std::vector<int64_t>& ids, const std::string& status) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::vector<StateValue>> rows;
  rows.reserve(ids.size());
  for (const int64_t id : ids) rows.push_back(state_values(status, id));
  return db_->write(
      [&] { return db_->execute_all("UPDATE quarantine SET status = ? WHERE id = ?", rows); });
}

}  // namespace rhumb
