#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "io/fs/hash.h"
#include "state/sql_state.h"

namespace rhumb {
namespace {

/// What makes two inputs of a dataset the same.
using InputKey = std::tuple<std::string, std::string, uint64_t, std::string>;

InputKey key_of(const LedgerEntry& entry) {
  return {entry.announcement.name, entry.announcement.version, entry.announcement.size,
          entry.content_hash};
}

Error broken(const Manifest& manifest, const std::string& what) {
  return {Code::kInternal,
          fmt::format("version {} of {} cannot be committed: {}", manifest.version,
                      printable(manifest.dataset), what),
          "",
          {}};
}

/// What a caller must have seen to; cheap, and wrong rows in a ledger are not.
Status check_manifest(const Manifest& manifest, const std::vector<LedgerEntry>& taken) {
  if (manifest.dataset.empty()) return broken(manifest, "it belongs to no dataset");
  if (manifest.version <= manifest.previous) {
    return broken(manifest, fmt::format("it does not follow version {}", manifest.previous));
  }
  std::set<InputKey> inputs;
  for (const LedgerEntry& input : manifest.inputs) {
    if (inputs.insert(key_of(input)).second) continue;
    return Error{Code::kConflict,
                 fmt::format("{} would count twice in {}", printable(input.announcement.name),
                             printable(manifest.dataset)),
                 "",
                 {}};
  }
  for (const LedgerEntry& input : taken) {
    if (!inputs.contains(key_of(input))) {
      return broken(manifest,
                    printable(input.announcement.name) + " was taken but is not among its inputs");
    }
  }
  return {};
}

}  // namespace

/// The commit is the row, which holds the manifest until that is beside the others: nothing that is
/// not undone with the transaction happens before its end. Whoever loses the lock meanwhile, as the
/// session of a process that stood still may, has changed nothing.
Status SqlState::commit(const Manifest& manifest, const std::vector<LedgerEntry>& taken) {
  RHUMB_TRY(check_manifest(manifest, taken));
  RHUMB_TRY(commit_row(manifest, taken, to_json(manifest)));
  RHUMB_TRY(fault_point(FaultPoint::kCommitDone));
  // From here on it is a version whatever happens; the next open makes up for what fails here.
  static_cast<void>(acknowledge(manifest.dataset).ok());
  return fault_point(FaultPoint::kCommitAcknowledged);
}

Status SqlState::commit_row(const Manifest& manifest, const std::vector<LedgerEntry>& taken,
                            const std::string& json) {
  const std::scoped_lock lock(mutex_);
  return db_->write([&]() -> Status {
    RHUMB_TRY(fault_point(FaultPoint::kCommitBegun));
    RHUMB_TRY(check_lease(manifest.dataset));
    RHUMB_TRY(check_base(manifest));
    RHUMB_TRY(check_files(manifest));
    RHUMB_TRY(insert_version(manifest, json, true));
    RHUMB_TRY(update_ledger(manifest, taken));
    return fault_point(FaultPoint::kCommitIndexed);
  });
}

/// Puts the manifests of what is committed beside the others, and writes there how far that goes,
/// for the day on which the index is lost.
Status SqlState::acknowledge(const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  return db_->write([&] { return put_manifests(dataset); });
}

/// REQUIRES: within write(), so that it never falls behind what another process has written.
Status SqlState::put_manifests(const std::string& dataset) {
  std::vector<std::pair<std::string, std::string>> manifests;
  RHUMB_TRY(db_->each(
      "SELECT manifest, manifest_text FROM versions WHERE dataset = ? AND manifest_text IS NOT "
      "NULL "
      "ORDER BY version",
      [&](const StateRow& row) { manifests.emplace_back(row.text(0), row.text(1)); }, dataset));
  for (const auto& [name, json] : manifests) RHUMB_TRY(files_.put(name, json));
  RHUMB_TRY(fault_point(FaultPoint::kCommitManifestPut));
  RHUMB_ASSIGN(const uint64_t newest, newest_version(dataset));
  RHUMB_TRY(files_.put(newest_name(dataset), fmt::format("{}\n", newest)));
  return db_->execute(
      "UPDATE versions SET manifest_text = NULL WHERE dataset = ? AND manifest_text IS NOT NULL",
      dataset);
}

Status SqlState::check_base(const Manifest& manifest) {
  RHUMB_ASSIGN(const uint64_t newest, newest_version(manifest.dataset));
  if (newest == manifest.previous) return {};
  std::string winner;
  RHUMB_TRY(db_->each(
      "SELECT run, created_at FROM versions WHERE dataset = ? AND version = ?",
      [&](const StateRow& row) {
        winner =
            fmt::format(", committed by run {} at {}", row.text(0), format_utc(row.integer(1)));
      },
      manifest.dataset, newest));
  return Error{
      Code::kConflict,
      fmt::format("{} has moved on: version {} was to follow version {}, but the newest is version "
                  "{}{}",
                  printable(manifest.dataset), manifest.version, manifest.previous, newest, winner),
      "run again: the plan is then made from what is there now",
      {}};
}

Status SqlState::check_files(const Manifest& manifest) {
  for (const DataFile& file : manifest.files) {
    RHUMB_ASSIGN(const bool there, files_.exists(file.path));
    if (there) continue;
    return Error{
        Code::kState,
        fmt::format("a file of version {} of {} is not in the store: {}", manifest.version,
                    printable(manifest.dataset), printable(file.path, 1000)),
        "run again; clean-up may have removed it, if it waits for less time than a run takes",
        {}};
  }
  return {};
}

Status SqlState::insert_version(const Manifest& manifest, const std::string& json, bool hold) {
  RHUMB_TRY(db_->execute(
      "INSERT INTO versions (dataset, version, previous, run, created_at, reason, definition, "
      "rolled_back_to, rows, files, bytes, manifest, manifest_sha256, manifest_text) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      manifest.dataset, manifest.version, manifest.previous, manifest.run, manifest.created_at,
      manifest.reason, manifest.definition, manifest.rolled_back_to, manifest.rows(),
      manifest.files.size(), manifest.bytes(), manifest_name(manifest.dataset, manifest.version),
      sha256_hex(json), hold ? StateValue(StateBytes{json}) : StateValue(nullptr)));
  for (const auto& [upstream, version] : manifest.upstream) {
    RHUMB_TRY(
        db_->execute("INSERT INTO built_from (dataset, version, upstream, upstream_version) "
                     "VALUES (?, ?, ?, ?)",
                     manifest.dataset, manifest.version, upstream, version));
  }
  std::vector<std::vector<StateValue>> checks;
  for (const CheckResult& check : manifest.checks) {
    checks.push_back(state_values(manifest.dataset, manifest.version, checks.size() + 1, check.name,
                                  check.passed, check.detail));
  }
  return db_->execute_all(
      "INSERT INTO checks (dataset, version, position, name, passed, detail) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      checks);
}

/// The manifest says which inputs are visible from now on; the ledger follows, whatever the reason:
/// new files, replaced ones, a fresh start, a rollback.
Status SqlState::update_ledger(const Manifest& manifest, const std::vector<LedgerEntry>& taken) {
  std::set<InputKey> enter;
  for (const LedgerEntry& input : manifest.inputs) enter.insert(key_of(input));
  std::set<InputKey> read_again;
  for (const LedgerEntry& input : taken) read_again.insert(key_of(input));
  std::vector<std::vector<StateValue>> left;
  RHUMB_TRY(db_->each(
      "SELECT key, name, announced, size, content_hash FROM inputs "
      "WHERE dataset = ? AND removed_in IS NULL",
      [&](const StateRow& row) {
        const InputKey key{row.text(1), row.text(2), row.count(3), row.text(4)};
        const bool stays = enter.contains(key) && !read_again.contains(key);
        stays ? static_cast<void>(enter.erase(key))
              : left.push_back(state_values(manifest.version, row.integer(0)));
      },
      manifest.dataset));
  RHUMB_TRY(db_->execute_all("UPDATE inputs SET removed_in = ? WHERE key = ?", left));
  std::vector<std::vector<StateValue>> entered;
  for (const LedgerEntry& input : manifest.inputs) {
    if (!enter.contains(key_of(input))) continue;
    entered.push_back(state_values(manifest.dataset, input.id, input.announcement.name,
                                   input.announcement.version, input.announcement.size,
                                   input.content_hash, input.rows, input.rejected, input.taken_at,
                                   input.run, manifest.version));
  }
  return db_->execute_all(
      "INSERT INTO inputs (dataset, id, name, announced, size, content_hash, rows, rejected, "
      "taken_at, run, added_in) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      entered);
}

Result<uint64_t> SqlState::newest_version(const std::string& dataset) {
  RHUMB_ASSIGN(const auto newest,
               db_->integer("SELECT max(version) FROM versions WHERE dataset = ?", dataset));
  return static_cast<uint64_t>(newest.value_or(0));
}

Result<uint64_t> SqlState::newest(const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  return newest_version(dataset);
}

Result<Manifest> SqlState::load_manifest(const std::string& dataset, uint64_t version) {
  std::string name;
  std::string hash;
  std::optional<std::string> held;
  RHUMB_TRY(db_->each(
      "SELECT manifest, manifest_sha256, manifest_text FROM versions "
      "WHERE dataset = ? AND version = ?",
      [&](const StateRow& row) {
        name = row.text(0);
        hash = row.text(1);
        if (!row.is_null(2)) held = row.text(2);
      },
      dataset, version));
  if (name.empty()) {
    return Error{Code::kNotFound,
                 fmt::format("there is no version {} of {}", version, printable(dataset)),
                 "`rhumb status` lists what is kept",
                 {}};
  }
  auto json = held ? Result<std::string>(*std::move(held)) : files_.get(name);
  if (!json.ok() && json.error().code != Code::kNotFound) return std::move(json).error();
  if (!json.ok() || sha256_hex(*json) != hash) {
    return Error{Code::kState,
                 fmt::format("the manifest {} is {}", name,
                             json.ok() ? "not the one that was committed" : "missing"),
                 "restore it from a backup",
                 {}};
  }
  return manifest_from_json(*json, name);
}

Result<Manifest> SqlState::manifest(const std::string& dataset, uint64_t version) {
  const std::scoped_lock lock(mutex_);
  return load_manifest(dataset, version);
}

Result<std::optional<Manifest>> SqlState::newest_manifest(const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  RHUMB_ASSIGN(const uint64_t version, newest_version(dataset));
  if (version == 0) return std::optional<Manifest>();
  RHUMB_ASSIGN(std::optional<Manifest> manifest, load_if_kept(dataset, version));
  // Newer versions came and this one was cleaned up, all within a moment: it is no longer the
  // newest.
  if (!manifest)
    return Error{Code::kConflict, printable(dataset) + " changes too fast", "run again", {}};
  return manifest;
}

/// Nothing when another process has cleaned the version up since its number was read.
Result<std::optional<Manifest>> SqlState::load_if_kept(const std::string& dataset,
                                                       uint64_t version) {
  auto manifest = load_manifest(dataset, version);
  if (manifest.ok()) return std::optional<Manifest>(std::move(manifest).value());
  RHUMB_ASSIGN(const std::vector<uint64_t> kept, version_numbers(dataset));
  if (std::find(kept.begin(), kept.end(), version) != kept.end())
    return std::move(manifest).error();
  return std::optional<Manifest>();
}

Result<std::vector<uint64_t>> SqlState::version_numbers(const std::string& dataset) {
  std::vector<uint64_t> numbers;
  RHUMB_TRY(db_->each(
      "SELECT version FROM versions WHERE dataset = ? ORDER BY version DESC",
      [&](const StateRow& row) { numbers.push_back(row.count(0)); }, dataset));
  return numbers;
}

Result<std::vector<Manifest>> SqlState::versions(const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  RHUMB_ASSIGN(const std::vector<uint64_t> numbers, version_numbers(dataset));
  std::vector<Manifest> manifests;
  for (const uint64_t version : numbers) {
    RHUMB_ASSIGN(std::optional<Manifest> manifest, load_if_kept(dataset, version));
    if (manifest) manifests.push_back(*std::move(manifest));
  }
  return manifests;
}

Result<std::vector<std::string>> SqlState::datasets() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  RHUMB_TRY(db_->each("SELECT DISTINCT dataset FROM versions ORDER BY dataset",
                      [&](const StateRow& row) { names.push_back(row.text(0)); }));
  return names;
}

Result<std::optional<std::string>> SqlState::known_hash(const std::string& dataset,
                                                        const Announcement& announcement) {
  const std::scoped_lock lock(mutex_);
  std::optional<std::string> hash;
  RHUMB_TRY(db_->each(
      "SELECT content_hash FROM hashes WHERE dataset = ? AND name = ? AND announced = ? "
      "AND size = ?",
      [&](const StateRow& row) { hash = row.text(0); }, dataset, announcement.name,
      announcement.version, announcement.size));
  return hash;
}

Status SqlState::remember_hash(const std::string& dataset, const Announcement& announcement,
                               const std::string& content_hash) {
  const std::scoped_lock lock(mutex_);
  return db_->execute(
      "INSERT INTO hashes (dataset, name, announced, size, content_hash) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (dataset, name) DO UPDATE SET announced = excluded.announced, "
      "size = excluded.size, content_hash = excluded.content_hash",
      dataset, announcement.name, announcement.version, announcement.size, content_hash);
}

}  // namespace rhumb
