#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "io/fs/process.h"
#include "state/sql_state.h"

namespace rhumb {
namespace {

/// A pin whose process cannot be seen from here (another container) holds this long.
constexpr Micros kForeignPin = Micros{24} * 3600 * 1'000'000;

}  // namespace

Result<std::vector<std::string>> SqlState::clean_up(const std::string& dataset, size_t keep,
                                                    Micros age) {
  return keep_newest(dataset, 1 + keep, age);
}

Status SqlState::forget_dataset(const std::string& dataset) {
  RHUMB_ASSIGN(const auto removed, keep_newest(dataset, 0, 0));
  static_cast<void>(removed);
  const std::scoped_lock lock(mutex_);
  // Its numbers begin anew should a model of this name come back.
  return db_->execute("UPDATE publications SET version = 0 WHERE dataset = ?", dataset);
}

/// Two transactions: the first forgets versions, the second removes what nobody names. Killed in
/// between, files are left that the next clean-up removes; the other way round, a version would be
/// left without its files. The second holds the write lock, so that no commit (a rollback, say) can
/// name a file between the look at it and its removal.
Result<std::vector<std::string>> SqlState::keep_newest(const std::string& dataset, size_t newest,
                                                       Micros age) {
  const Micros before = now_micros() - age;
  const std::scoped_lock lock(mutex_);
  const Status forgotten = db_->write([&]() -> Status {
    RHUMB_TRY(forget_dead_pins());
    RHUMB_ASSIGN(const std::vector<uint64_t> versions, expendable(dataset, newest, before));
    return forget_versions(dataset, versions);
  });
  RHUMB_TRY(forgotten);
  RHUMB_TRY(fault_point(FaultPoint::kCleanUpForgotten));
  std::vector<std::string> removed;
  RHUMB_TRY(db_->write([&] { return remove_unreferenced(dataset, before, removed); }));
  RHUMB_ASSIGN(const std::vector<std::string> staging, files_.remove_abandoned_staging());
  removed.insert(removed.end(), staging.begin(), staging.end());
  return removed;
}

Status SqlState::forget_dead_pins() {
  std::vector<int64_t> dead;
  RHUMB_ASSIGN(const Micros now, db_->now());
  RHUMB_TRY(db_->each("SELECT id, owner, pinned_at FROM pins", [&](const StateRow& row) {
    const ProcessState owner = process_state(row.view(1), db_->reach());
    const bool forgotten = owner == ProcessState::kUnknown && row.integer(2) + kForeignPin < now;
    if (owner == ProcessState::kGone || forgotten) dead.push_back(row.integer(0));
  }));
  for (const int64_t pin : dead) RHUMB_TRY(db_->execute("DELETE FROM pins WHERE id = ?", pin));
  return {};
}

/// A version's age counts from when the next one came: until then everybody read it.
Result<std::vector<uint64_t>> SqlState::expendable(const std::string& dataset, size_t newest,
                                                   Micros before) {
  std::vector<std::pair<uint64_t, Micros>> all;  // newest first
  RHUMB_TRY(db_->each(
      "SELECT version, created_at FROM versions WHERE dataset = ? ORDER BY version DESC",
      [&](const StateRow& row) { all.emplace_back(row.count(0), row.integer(1)); }, dataset));
  // Pinned, or what the newest version of another dataset was built from: its next one is built
  // from the difference.
  std::set<uint64_t> wanted;
  RHUMB_TRY(db_->each(
      "SELECT version FROM pins WHERE dataset = ?1 UNION "
      "SELECT upstream_version FROM built_from AS b WHERE upstream = ?1 AND version = "
      "(SELECT max(version) FROM versions AS v WHERE v.dataset = b.dataset)",
      [&](const StateRow& row) { wanted.insert(row.count(0)); }, dataset));
  std::vector<uint64_t> out;
  for (size_t i = newest; i < all.size(); ++i) {
    const Micros replaced_at = i == 0 ? 0 : all[i - 1].second;
    if (replaced_at <= before && !wanted.contains(all[i].first)) out.push_back(all[i].first);
  }
  return out;
}

Status SqlState::forget_versions(const std::string& dataset,
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

/// REQUIRES: within write(). Adds to `removed`. Removes nothing when a kept version cannot be read.
///
/// The files are listed before the database says what they are named by: whoever stood still in
/// between, and lost the lock to somebody else, learns it there and has listed none of theirs.
Status SqlState::remove_unreferenced(const std::string& dataset, Micros before,
                                     std::vector<std::string>& removed) {
  // Young data files may belong to a run that has not committed yet, unless that could only be
  // ours; a manifest is only ever put under the lock held here.
  RHUMB_ASSIGN(const bool young_too, holds_lease(dataset));
  RHUMB_ASSIGN(std::vector<StoredFile> files, files_.list("data/" + folder_name(dataset)));
  std::erase_if(files,
                [&](const StoredFile& file) { return !young_too && file.changed_at > before; });
  RHUMB_ASSIGN(const std::vector<StoredFile> manifests,
               files_.list("manifests/" + folder_name(dataset)));
  files.insert(files.end(), manifests.begin(), manifests.end());
  std::set<std::string> named{newest_name(dataset)};
  RHUMB_ASSIGN(const std::vector<uint64_t> versions, version_numbers(dataset));
  for (const uint64_t version : versions) {
    RHUMB_ASSIGN(const Manifest manifest, load_manifest(dataset, version));
    named.insert(manifest_name(dataset, version));
    for (const DataFile& file : manifest.files) named.insert(file.path);
  }
  for (const StoredFile& file : files) {
    if (named.contains(file.name)) continue;
    // One file that stays must not keep the others; the next clean-up tries again.
    if (files_.remove(file.name).ok()) removed.push_back(file.name);
    RHUMB_TRY(fault_point(FaultPoint::kCleanUpRemoved));
  }
  return {};
}

}  // namespace rhumb
