#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "io/fs/process.h"
#include "state/sql_state.h"

namespace rhumb {

SqlState::SqlState(std::unique_ptr<StateDatabase> database, FileStore& files, std::string store_id)
    : db_(std::move(database)), files_(files), store_id_(std::move(store_id)) {}

SqlState::~SqlState() {
  // What is not released here is free as soon as the process is gone.
  static_cast<void>(release_leases().ok());
}

Status SqlState::prepare(const FillTables& fill) {
  RHUMB_TRY(upgrade(fill));
  RHUMB_TRY(reconcile());
  return close_dead_runs();
}

/// Fresh tables and their rebuilt content are one transaction: after a crash in between, the next
/// open finds nothing again.
Status SqlState::upgrade(const FillTables& fill) {
  const int64_t known = db_->newest_schema();
  RHUMB_ASSIGN(const int64_t found, db_->schema_version());
  if (found == known) return {};
  return db_->write([&]() -> Status {
    // Looked at again: somebody else may have been quicker.
    RHUMB_ASSIGN(const int64_t version, db_->schema_version());
    if (version > known) {
      return Error{Code::kState,
                   fmt::format("{} has schema {}, written by a newer Rhumb; this one knows schemas "
                               "up to {}",
                               db_->describe(), version, known),
                   "use the newer Rhumb, or another `store:`",
                   {}};
    }
    if (version == known) return {};
    RHUMB_TRY(db_->upgrade_from(version));
    bool filled = version != 0;
    if (!filled && fill) {
      RHUMB_ASSIGN(filled, fill());
    }
    if (!filled) RHUMB_TRY(rebuild());
    return fault_point(FaultPoint::kStateUpgraded);
  });
}

/// Runs that were killed could not say so themselves. A run holds leases from before its beginning
/// until after its end: one that cannot be seen from here, and renews none, is over as well.
Status SqlState::close_dead_runs() {
  RHUMB_ASSIGN(const Micros now, db_->now());
  std::vector<std::string> dead;
  RHUMB_TRY(db_->each(
      "SELECT id, owner, (SELECT count(*) FROM leases WHERE leases.owner = runs.owner "
      "AND renewed_at > ?) FROM runs WHERE status = 'running'",
      [&](const StateRow& row) {
        const ProcessState process = process_state(row.view(1), db_->reach());
        const bool silent = process == ProcessState::kUnknown && row.integer(2) == 0;
        if (process == ProcessState::kGone || silent) dead.push_back(row.text(0));
      },
      now - kLeaseMicros));
  for (const std::string& run : dead) {
    RHUMB_TRY(db_->execute(
        "UPDATE runs SET status = 'failed', summary = ?, finished_at = ? "
        "WHERE id = ? AND status = 'running'",
        "its process ended without a word (killed, or the machine stopped)", now_micros(), run));
  }
  return {};
}

}  // namespace rhumb
