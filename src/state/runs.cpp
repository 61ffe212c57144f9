#include <algorithm>
#include <limits>

#include "io/fs/process.h"
#include "state/sql_state.h"

namespace rhumb {

Status SqlState::begin_run(const RunRecord& run) {
  const std::scoped_lock lock(mutex_);
  return db_->write([&] {
    return db_->execute(
        "INSERT INTO runs (id, environment, status, summary, started_at, finished_at, owner) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        run.id, run.environment, run.status, run.summary, run.started_at, run.finished_at,
        process_identity());
  });
}

Status SqlState::finish_run(const RunRecord& run) {
  const std::scoped_lock lock(mutex_);
  return db_->execute("UPDATE runs SET status = ?, summary = ?, finished_at = ? WHERE id = ?",
                      run.status, run.summary, run.finished_at, run.id);
}

Status SqlState::record_step(const StepRecord& step) {
  const std::scoped_lock lock(mutex_);
  const Micros at = now_micros();
  return db_->write([&] {
    return db_->execute(
        "INSERT INTO steps (run, dataset, step, reason, status, rows, bytes, seconds, recorded_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        step.run, step.dataset, step.step, step.reason, step.status, step.rows, step.bytes,
        step.seconds, at);
  });
}

Result<std::vector<RunRecord>> SqlState::runs(size_t newest) {
  constexpr size_t kAll = std::numeric_limits<int64_t>::max();
  const std::scoped_lock lock(mutex_);
  std::vector<RunRecord> out;
  RHUMB_TRY(db_->each(
      "SELECT id, environment, status, summary, started_at, finished_at FROM runs "
      "ORDER BY started_at DESC, id DESC LIMIT ?",
      [&](const StateRow& row) {
        out.push_back({.id = row.text(0),
                       .environment = row.text(1),
                       .status = row.text(2),
                       .summary = row.text(3),
                       .started_at = row.integer(4),
                       .finished_at = row.integer(5)});
      },
      std::min(newest, kAll)));
  return out;
}

Result<std::vector<StepRecord>> SqlState::steps(const std::string& run) {
  const std::scoped_lock lock(mutex_);
  std::vector<StepRecord> out;
  RHUMB_TRY(db_->each(
      "SELECT dataset, step, reason, status, rows, bytes, seconds FROM steps WHERE run = ? "
      "ORDER BY id",
      [&](const StateRow& row) {
        out.push_back({.run = run,
                       .dataset = row.text(0),
                       .step = row.text(1),
                       .reason = row.text(2),
                       .status = row.text(3),
                       .rows = row.count(4),
                       .bytes = row.count(5),
                       .seconds = row.number(6)});
      },
      run));
  return out;
}

Status SqlState::record_publication(const Publication& publication) {
  const std::scoped_lock lock(mutex_);
  return db_->execute(
      "INSERT INTO publications (dataset, target, version, switched_at) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (dataset, target) DO UPDATE "
      "SET version = excluded.version, switched_at = excluded.switched_at",
      publication.dataset, publication.target, publication.version, publication.switched_at);
}

Result<std::vector<Publication>> SqlState::publications() {
  const std::scoped_lock lock(mutex_);
  std::vector<Publication> out;
  RHUMB_TRY(db_->each(
      "SELECT dataset, target, version, switched_at FROM publications ORDER BY dataset, target",
      [&](const StateRow& row) {
        out.push_back({row.text(0), row.text(1), row.count(2), row.integer(3)});
      }));
  return out;
}

}  // namespace rhumb
