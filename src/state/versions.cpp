#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "io/fs/hash.h"
#include "state/sqlite_state.h"

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

Status SqliteState::commit(const Manifest& manifest, const std::vector<LedgerEntry>& taken) {
  RHUMB_TRY(check_manifest(manifest, taken));
  const std::string json = to_json(manifest);
  RHUMB_TRY(commit_row(manifest, taken, json));
  RHUMB_TRY(fault_point(FaultPoint::kCommitDone));
  // From here on it is a version whatever happens; the next open makes up for what fails here.
  static_cast<void>(acknowledge(manifest.dataset).ok());
  return fault_point(FaultPoint::kCommitAcknowledged);
}

Status SqliteState::commit_row(const Manifest& manifest, const std::vector<LedgerEntry>& taken,
                               const std::string& json) {
  const std::scoped_lock lock(mutex_);
  RHUMB_ASSIGN(Transaction transaction, Transaction::begin(*db_));
  RHUMB_TRY(fault_point(FaultPoint::kCommitBegun));
  RHUMB_TRY(check_lease(manifest.dataset));
  RHUMB_TRY(check_base(manifest));
  RHUMB_TRY(check_files(manifest));
  RHUMB_TRY(insert_version(manifest, json));
  RHUMB_TRY(update_ledger(manifest, taken));
  RHUMB_TRY(fault_point(FaultPoint::kCommitIndexed));
  // Says that manifests which it does not cover were never committed, from the first one on.
  if (manifest.previous == 0) RHUMB_TRY(files_.put(newest_name(manifest.dataset), "0\n"));
  // Inside the transaction and last: nobody else can be writing this name, a loser never gets here,
  // and what a killed winner leaves is removed by the next open.
  RHUMB_TRY(files_.put(manifest_name(manifest.dataset, manifest.version), json));
  RHUMB_TRY(fault_point(FaultPoint::kCommitManifestPut));
  return transaction.commit();
}

/// Writes beside the manifests what is committed, for the day on which the index is lost. Under the
/// write lock, so that it never falls behind what another process has written.
Status SqliteState::acknowledge(const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  RHUMB_ASSIGN(const Transaction transaction, Transaction::begin(*db_));
  RHUMB_ASSIGN(const uint64_t newest, newest_version(dataset));
  return files_.put(newest_name(dataset), fmt::format("{}\n", newest));
}

Status SqliteState::check_base(const Manifest& manifest) {
  RHUMB_ASSIGN(const uint64_t newest, newest_version(manifest.dataset));
  if (newest == manifest.previous) return {};
  RHUMB_ASSIGN(
      Statement winner,
      db_->prepare("SELECT run, created_at FROM versions WHERE dataset = ? AND version = ?"));
  RHUMB_ASSIGN(const bool found, winner.bind(manifest.dataset, newest).next());
  return Error{
      Code::kConflict,
      fmt::format("{} has moved on: version {} was to follow version {}, but the newest is version "
                  "{}{}",
                  printable(manifest.dataset), manifest.version, manifest.previous, newest,
                  found ? fmt::format(", committed by run {} at {}", winner.text(0),
                                      format_utc(winner.integer(1)))
                        : ""),
      "run again: the plan is then made from what is there now",
      {}};
}

Status SqliteState::check_files(const Manifest& manifest) {
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

Status SqliteState::insert_version(const Manifest& manifest, const std::string& json) {
  RHUMB_TRY(db_->execute(
      "INSERT INTO versions (dataset, version, previous, run, created_at, reason, definition, "
      "rolled_back_to, rows, files, bytes, manifest, manifest_sha256) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      manifest.dataset, manifest.version, manifest.previous, manifest.run, manifest.created_at,
      manifest.reason, manifest.definition, manifest.rolled_back_to, manifest.rows(),
      manifest.files.size(), manifest.bytes(), manifest_name(manifest.dataset, manifest.version),
      sha256_hex(json)));
  for (const auto& [upstream, version] : manifest.upstream) {
    RHUMB_TRY(db_->execute("INSERT INTO built_from VALUES (?, ?, ?, ?)", manifest.dataset,
                           manifest.version, upstream, version));
  }
  size_t position = 0;
  for (const CheckResult& check : manifest.checks) {
    RHUMB_TRY(db_->execute("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?)", manifest.dataset,
                           manifest.version, ++position, check.name, check.passed, check.detail));
  }
  return {};
}

/// The manifest says which inputs are visible from now on; the ledger follows, whatever the reason:
/// new files, replaced ones, a fresh start, a rollback.
Status SqliteState::update_ledger(const Manifest& manifest, const std::vector<LedgerEntry>& taken) {
  std::set<InputKey> enter;
  for (const LedgerEntry& input : manifest.inputs) enter.insert(key_of(input));
  std::set<InputKey> read_again;
  for (const LedgerEntry& input : taken) read_again.insert(key_of(input));
  std::vector<int64_t> leave;
  RHUMB_ASSIGN(Statement rows,
               db_->prepare("SELECT key, name, announced, size, content_hash FROM inputs "
                            "WHERE dataset = ? AND removed_in IS NULL"));
  RHUMB_TRY(rows.bind(manifest.dataset).each([&](const Statement& row) {
    const InputKey key{row.text(1), row.text(2), row.count(3), row.text(4)};
    const bool stays = enter.contains(key) && !read_again.contains(key);
    stays ? static_cast<void>(enter.erase(key)) : leave.push_back(row.integer(0));
  }));
  for (const int64_t key : leave) {
    RHUMB_TRY(
        db_->execute("UPDATE inputs SET removed_in = ? WHERE key = ?", manifest.version, key));
  }
  for (const LedgerEntry& input : manifest.inputs) {
    if (!enter.contains(key_of(input))) continue;
    RHUMB_TRY(
        db_->execute("INSERT INTO inputs (dataset, id, name, announced, size, content_hash, rows, "
                     "rejected, taken_at, "
                     "run, added_in) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     manifest.dataset, input.id, input.announcement.name,
                     input.announcement.version, input.announcement.size, input.content_hash,
                     input.rows, input.rejected, input.taken_at, input.run, manifest.version));
  }
  return {};
}

Result<uint64_t> SqliteState::newest_version(const std::string& dataset) {
  RHUMB_ASSIGN(const auto newest,
               db_->integer("SELECT max(version) FROM versions WHERE dataset = ?", dataset));
  return static_cast<uint64_t>(newest.value_or(0));
}

Result<uint64_t> SqliteState::newest(const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  return newest_version(dataset);
}

Result<Manifest> SqliteState::load_manifest(const std::string& dataset, uint64_t version) {
  RHUMB_ASSIGN(
      Statement row,
      db_->prepare(
          "SELECT manifest, manifest_sha256 FROM versions WHERE dataset = ? AND version = ?"));
  RHUMB_ASSIGN(const bool found, row.bind(dataset, version).next());
  if (!found) {
    return Error{Code::kNotFound,
                 fmt::format("there is no version {} of {}", version, printable(dataset)),
                 "`rhumb status` lists what is kept",
                 {}};
  }
  const std::string name = row.text(0);
  auto json = files_.get(name);
  if (!json.ok() && json.error().code != Code::kNotFound) return std::move(json).error();
  if (!json.ok() || sha256_hex(*json) != row.view(1)) {
    return Error{Code::kState,
                 fmt::format("the manifest {} is {}", name,
                             json.ok() ? "not the one that was committed" : "missing"),
                 "restore it from a backup",
                 {}};
  }
  return manifest_from_json(*json, name);
}

Result<Manifest> SqliteState::manifest(const std::string& dataset, uint64_t version) {
  const std::scoped_lock lock(mutex_);
  return load_manifest(dataset, version);
}

Result<std::optional<Manifest>> SqliteState::newest_manifest(const std::string& dataset) {
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
Result<std::optional<Manifest>> SqliteState::load_if_kept(const std::string& dataset,
                                                          uint64_t version) {
  auto manifest = load_manifest(dataset, version);
  if (manifest.ok()) return std::optional<Manifest>(std::move(manifest).value());
  RHUMB_ASSIGN(const std::vector<uint64_t> kept, version_numbers(dataset));
  if (std::find(kept.begin(), kept.end(), version) != kept.end())
    return std::move(manifest).error();
  return std::optional<Manifest>();
}

Result<std::vector<uint64_t>> SqliteState::version_numbers(const std::string& dataset) {
  std::vector<uint64_t> numbers;
  RHUMB_ASSIGN(
      Statement rows,
      db_->prepare("SELECT version FROM versions WHERE dataset = ? ORDER BY version DESC"));
  RHUMB_TRY(
      rows.bind(dataset).each([&](const Statement& row) { numbers.push_back(row.count(0)); }));
  return numbers;
}

Result<std::vector<Manifest>> SqliteState::versions(const std::string& dataset) {
  const std::scoped_lock lock(mutex_);
  RHUMB_ASSIGN(const std::vector<uint64_t> numbers, version_numbers(dataset));
  std::vector<Manifest> manifests;
  for (const uint64_t version : numbers) {
    RHUMB_ASSIGN(std::optional<Manifest> manifest, load_if_kept(dataset, version));
    if (manifest) manifests.push_back(*std::move(manifest));
  }
  return manifests;
}

Result<std::vector<std::string>> SqliteState::datasets() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  RHUMB_ASSIGN(Statement rows,
               db_->prepare("SELECT DISTINCT dataset FROM versions ORDER BY dataset"));
  RHUMB_TRY(rows.bind().each([&](const Statement& row) { names.push_back(row.text(0)); }));
  return names;
}

Result<std::optional<std::string>> SqliteState::known_hash(const std::string& dataset,
                                                           const Announcement& announcement) {
  const std::scoped_lock lock(mutex_);
  RHUMB_ASSIGN(Statement row,
               db_->prepare("SELECT content_hash FROM hashes WHERE dataset = ? AND name = ? "
                            "AND announced = ? AND size = ?"));
  row.bind(dataset, announcement.name, announcement.version, announcement.size);
  RHUMB_ASSIGN(const bool found, row.next());
  return found ? std::optional<std::string>(row.text(0)) : std::nullopt;
}

Status SqliteState::remember_hash(const std::string& dataset, const Announcement& announcement,
                                  const std::string& content_hash) {
  const std::scoped_lock lock(mutex_);
  return db_->execute("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?)", dataset,
                      announcement.name, announcement.version, announcement.size, content_hash);
}

}  // namespace rhumb
