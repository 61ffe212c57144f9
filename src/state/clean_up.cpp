#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "io/fs/process.h"
#include "state/sqlite_state.h"

namespace rhumb {
namespace {

/// A pin whose process cannot be seen from here (another container) holds this long.
constexpr Micros kForeignPin = Micros{24} * 3600 * 1'000'000;

}  // namespace

Result<int64_t> SqliteState::pin(const std::string& dataset, uint64_t version) {
  const std::scoped_lock lock(mutex_);
  // Looks and marks under the write lock: a clean-up comes before or after, never in between.
  RHUMB_ASSIGN(Transaction transaction, Transaction::begin(*db_));
  RHUMB_ASSIGN(
      const auto there,
      db_->integer("SELECT 1 FROM versions WHERE dataset = ? AND version = ?", dataset, version));
  if (!there) {
    return Error{Code::kNotFound,
                 fmt::format("there is no version {} of {}", version, printable(dataset)),
                 "it may have been cleaned up; `rhumb status` lists what is kept",
                 {}};
  }
  RHUMB_TRY(
      db_->execute("INSERT INTO pins (dataset, version, owner, pinned_at) VALUES (?, ?, ?, ?)",
                   dataset, version, process_identity(), now_micros()));
  const int64_t id = db_->last_inserted();
  RHUMB_TRY(transaction.commit());
  return id;
}

Status SqliteState::unpin(int64_t pin) {
  const std::scoped_lock lock(mutex_);
  return db_->execute("DELETE FROM pins WHERE id = ?", pin);
}

/// Two transactions: the first forgets versions, the second removes what nobody names. Killed in
/// between, files are left that the next clean-up removes; the other way round, a version would be
/// left without its files. The second holds the write lock, so that no commit (a rollback, say) can
/// name a file between the look at it and its removal.
Result<std::vector<std::string>> SqliteState::clean_up(const std::string& dataset, size_t keep,
                                                       Micros age) {
  const Micros before = now_micros() - age;
  const std::scoped_lock lock(mutex_);
  {
    RHUMB_ASSIGN(Transaction transaction, Transaction::begin(*db_));
    RHUMB_TRY(forget_dead_pins());
    RHUMB_ASSIGN(const std::vector<uint64_t> versions, expendable(dataset, keep, before));
    RHUMB_TRY(forget_versions(dataset, versions));
    RHUMB_TRY(transaction.commit());
  }
  RHUMB_TRY(fault_point(FaultPoint::kCleanUpForgotten));
  RHUMB_ASSIGN(const Transaction transaction, Transaction::begin(*db_));
  RHUMB_ASSIGN(std::vector<std::string> removed, remove_unreferenced(dataset, before));
  RHUMB_ASSIGN(const std::vector<std::string> staging, files_.remove_abandoned_staging());
  removed.insert(removed.end(), staging.begin(), staging.end());
  return removed;
}

Status SqliteState::forget_dead_pins() {
  std::vector<int64_t> dead;
  RHUMB_ASSIGN(Statement rows, db_->prepare("SELECT id, owner, pinned_at FROM pins"));
  RHUMB_TRY(rows.bind().each([&](const Statement& row) {
    const ProcessState owner = process_state(row.view(1));
    const bool forgotten =
        owner == ProcessState::kUnknown && row.integer(2) + kForeignPin < now_micros();
    if (owner == ProcessState::kGone || forgotten) dead.push_back(row.integer(0));
  }));
  for (const int64_t pin : dead) RHUMB_TRY(db_->execute("DELETE FROM pins WHERE id = ?", pin));
  return {};
}

/// A version's age counts from when the next one came: until then everybody read it.
Result<std::vector<uint64_t>> SqliteState::expendable(const std::string& dataset, size_t keep,
                                                      Micros before) {
  std::vector<std::pair<uint64_t, Micros>> all;  // newest first
  RHUMB_ASSIGN(Statement rows,
               db_->prepare("SELECT version, created_at FROM versions WHERE dataset = ? "
                            "ORDER BY version DESC"));
  RHUMB_TRY(rows.bind(dataset).each(
      [&](const Statement& row) { all.emplace_back(row.count(0), row.integer(1)); }));
  // Pinned, or what the newest version of another dataset was built from: its next one is built
  // from the difference.
  std::set<uint64_t> wanted;
  RHUMB_ASSIGN(
      Statement pins,
      db_->prepare("SELECT version FROM pins WHERE dataset = ?1 UNION "
                   "SELECT upstream_version FROM built_from AS b WHERE upstream = ?1 AND version = "
                   "(SELECT max(version) FROM versions AS v WHERE v.dataset = b.dataset)"));
  RHUMB_TRY(pins.bind(dataset).each([&](const Statement& row) { wanted.insert(row.count(0)); }));
  std::vector<uint64_t> out;
  for (size_t i = 1; i < all.size(); ++i) {
    const Micros replaced_at = all[i - 1].second;
    if (i > keep && replaced_at <= before && !wanted.contains(all[i].first))
      out.push_back(all[i].first);
  }
  return out;
}

Status SqliteState::forget_versions(const std::string& dataset,
                                    const std::vector<uint64_t>& versions) {
  for (const uint64_t version : versions) {
    RHUMB_TRY(
        db_->execute("DELETE FROM versions WHERE dataset = ? AND version = ?", dataset, version));
  }
  // An input that left before the oldest kept version is no longer told by any manifest.
  return db_->execute(
      "DELETE FROM inputs WHERE dataset = ?1 AND removed_in IS NOT NULL AND removed_in <= "
      "(SELECT min(version) FROM versions WHERE dataset = ?1)",
      dataset);
}

/// REQUIRES: an open Transaction. Removes nothing when a kept version cannot be read.
Result<std::vector<std::string>> SqliteState::remove_unreferenced(const std::string& dataset,
                                                                  Micros before) {
  std::set<std::string> named{newest_name(dataset)};
  RHUMB_ASSIGN(const std::vector<uint64_t> versions, version_numbers(dataset));
  for (const uint64_t version : versions) {
    RHUMB_ASSIGN(const Manifest manifest, load_manifest(dataset, version));
    named.insert(manifest_name(dataset, version));
    for (const DataFile& file : manifest.files) named.insert(file.path);
  }
  std::vector<std::string> removed;
  const auto sweep = [&](const std::string& folder, bool young_too) -> Status {
    RHUMB_ASSIGN(const std::vector<StoredFile> files, files_.list(folder));
    for (const StoredFile& file : files) {
      if (named.contains(file.name) || (!young_too && file.changed_at > before)) continue;
      // One file that stays must not keep the others; the next clean-up tries again.
      if (files_.remove(file.name).ok()) removed.push_back(file.name);
      RHUMB_TRY(fault_point(FaultPoint::kCleanUpRemoved));
    }
    return {};
  };
  // Young data files may belong to a run that has not committed yet, unless that could only be
  // ours; a manifest is only ever put under the lock held here.
  RHUMB_TRY(sweep("data/" + folder_name(dataset), leases_.contains(dataset)));
  RHUMB_TRY(sweep("manifests/" + folder_name(dataset), true));
  return removed;
}

}  // namespace rhumb
