#include "state/backup.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"
#include "io/fs/hash.h"
#include "io/fs/lock.h"
#include "io/fs/process.h"
#include "io/sqlite/database.h"
#include "state/erasure.h"
#include "state/manifest.h"
#include "state/state.h"
#include "state/verify.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndex = "state.db";
constexpr const char* kMarker = "backup.json";
constexpr const char* kMarkerText = "{\"rhumb_backup\": 1}\n";
constexpr const char* kOtherBackup = "restore it from another backup; nothing was changed";
constexpr double kLockSeconds = 1;
// Files that are copied before any of them gets its name.
constexpr size_t kBatch = 500;

std::string shown(const fs::path& path) {
  return printable(path.native(), 1000);
}

/// All files that the versions of an index name.
struct BackupContents {
  std::map<std::string, uint64_t> newest;  ///< by dataset
  std::vector<std::pair<std::string, uint64_t>> versions;
  std::map<std::string, KnownFile> files;  ///< by name

  [[nodiscard]] BackupReport report() const {
    BackupReport report{
        .datasets = newest.size(), .versions = versions.size(), .files = files.size()};
    for (const auto& [name, file] : files) report.bytes += file.bytes;
    return report;
  }
};

Error damaged(const fs::path& path, const std::string& what) {
  return {Code::kState, fmt::format("{} {}", shown(path), what), kOtherBackup, {}};
}

/// Reads the manifests below `root`, and compares them with the index.
Result<BackupContents> contents_of(Database& index, const fs::path& root) {
  BackupContents contents;
  RHUMB_ASSIGN(Statement rows,
               index.prepare("SELECT dataset, version, manifest, manifest_sha256 FROM versions "
                             "ORDER BY dataset, version"));
  while (true) {
    RHUMB_ASSIGN(const bool more, rows.next());
    if (!more) return contents;
    const std::string dataset = rows.text(0);
    const uint64_t version = rows.count(1);
    const std::string name = rows.text(2);
    auto json = read_whole_file(root / name);
    if (!json.ok()) return damaged(root / name, "cannot be read: " + json.error().message);
    if (sha256_hex(*json) != rows.view(3)) {
      return damaged(root / name, fmt::format("is not the manifest of version {} of {}", version,
                                              printable(dataset)));
    }
    RHUMB_ASSIGN(const Manifest manifest, manifest_from_json(*json, name));
    contents.newest[dataset] = version;
    contents.versions.emplace_back(dataset, version);
    contents.files[name] = {json->size(), rows.text(3)};
    for (const DataFile& file : manifest.files)
      contents.files[file.path] = {file.bytes, file.sha256};
  }
}

Status copy_whole(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error) return file_error("copy", from, error.value());
  return {};
}

/// Gives a batch of copies their names, when all of them are on the disk.
Status name_copies(std::vector<std::pair<fs::path, fs::path>>& copies) {
  std::vector<fs::path> written;
  for (const auto& [temporary, path] : copies) written.push_back(temporary);
  RHUMB_TRY(sync_files(written));
  std::set<fs::path> folders;
  for (const auto& [temporary, path] : copies) {
    std::error_code error;
    fs::rename(temporary, path, error);
    if (error) return file_error("replace", path, error.value());
    folders.insert(path.parent_path());
  }
  for (const fs::path& folder : folders) RHUMB_TRY(sync_folder(folder));
  copies.clear();
  return {};
}

Status as_damage(Status found) {
  if (!found.ok()) found.error().hint = kOtherBackup;
  return found;
}

/// What it holds is compared with the manifest as it arrives, whichever side is damaged.
Status copy_known(const fs::path& from, const KnownFile& known, const fs::path& to) {
  // By length first: it says most simply what has happened to the file.
  RHUMB_TRY(as_damage(check_content(from, {known.bytes, ""})));
  RHUMB_TRY(copy_whole(from, to));
  Status arrived = check_content(to, known);
  if (arrived.ok()) return arrived;
  RHUMB_TRY(as_damage(check_content(from, known)));  // the name that people know, if it is to blame
  return arrived;
}

/// What is restored is the same store. A backup that an older Rhumb made has no id.
Status copy_store_id(const fs::path& from, const fs::path& to) {
  std::error_code absent;
  if (!fs::exists(from / kStoreIdFile, absent)) return {};
  RHUMB_ASSIGN(const std::string id, read_whole_file(from / kStoreIdFile));
  return atomic_write(to / kStoreIdFile, id);
}

/// What was erased must not come back by way of a backup. Copied while its versions are pinned: an
/// erasure that has yet to give up one of them is copied as unfinished.
Status copy_erasures(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from / kErasures, error)) return {};
  for (fs::recursive_directory_iterator at(from / kErasures, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != ".json") continue;
    const fs::path copy = to / at->path().lexically_relative(from);
    RHUMB_TRY(make_folders(copy.parent_path()));
    RHUMB_ASSIGN(const std::string text, read_whole_file(at->path()));
    RHUMB_TRY(atomic_write(copy, text));
  }
  if (error) return file_error("read", from / kErasures, error.value());
  return {};
}

/// Copies what is not there yet.
Status copy_contents(const BackupContents& contents, const fs::path& from, const fs::path& to,
                     BackupReport& report) {
  std::vector<std::pair<fs::path, fs::path>> copies;
  for (const auto& [name, known] : contents.files) {
    std::error_code absent;
    if (const uint64_t there = fs::file_size(to / name, absent); !absent && there == known.bytes)
      continue;
    const fs::path folder = (to / name).parent_path();
    RHUMB_TRY(make_folders(folder));
    copies.emplace_back(folder / temporary_name(), to / name);
    RHUMB_TRY(copy_known(from / name, known, copies.back().first));
    ++report.copied_files;
    report.copied_bytes += known.bytes;
    if (copies.size() == kBatch) RHUMB_TRY(name_copies(copies));
  }
  RHUMB_TRY(name_copies(copies));
  for (const auto& [dataset, version] : contents.newest) {
    RHUMB_TRY(atomic_write(to / newest_name(dataset), fmt::format("{}\n", version)));
  }
  RHUMB_TRY(copy_erasures(from, to));
  return copy_store_id(from, to);
}

/// The versions of a store that is in use, as they are at one moment; clean-up leaves them alone as
/// long as this lives.
class PinnedVersions {
 public:
  explicit PinnedVersions(State& state) : state_(state) {}
  ~PinnedVersions() {
    // What stays is forgotten when this process is gone.
    static_cast<void>(state_.unpin(pins_).ok());
  }
  PinnedVersions(const PinnedVersions&) = delete;
  PinnedVersions& operator=(const PinnedVersions&) = delete;

  Status pin_and_copy(const fs::path& copy) {
    RHUMB_ASSIGN(pins_, state_.pin_and_copy(copy));
    return {};
  }

 private:
  State& state_;
  PinRange pins_;
};

/// An index that nobody else knows, beside its place; goes unless it was put there.
class IndexCopy {
 public:
  explicit IndexCopy(const fs::path& folder) : folder_(folder), path_(folder / temporary_name()) {}
  ~IndexCopy() {
    database_.reset();
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  IndexCopy(const IndexCopy&) = delete;
  IndexCopy& operator=(const IndexCopy&) = delete;

  [[nodiscard]] Database& database() { return *database_; }

  /// The index of a store that is in use.
  Status take(PinnedVersions& pins) {
    RHUMB_TRY(pins.pin_and_copy(path_));
    return open();
  }
  /// One that nobody uses.
  Status copy(const fs::path& from) {
    RHUMB_TRY(copy_whole(from, path_));
    RHUMB_TRY(open());
    RHUMB_ASSIGN(Statement check, database_->prepare("PRAGMA integrity_check(1)"));
    RHUMB_ASSIGN(const bool said, check.next());
    if (said && check.view(0) == "ok") return {};
    return damaged(from, "is damaged: " + (said ? check.text(0) : "nothing can be read"));
  }
  /// What belonged to processes does not belong to whoever restores it.
  Status forget_processes() {
    return database_->script(
        "DELETE FROM pins; UPDATE leases SET owner = '', holder = '';"
        "UPDATE runs SET status = 'failed', summary = 'it went on while the backup was made', "
        "finished_at = started_at WHERE status = 'running';");
  }
  /// What targets show may have come after the backup, under a number that will be used again.
  Status forget_targets() { return database_->execute("UPDATE publications SET version = 0"); }
  /// Durable, and in one step.
  Status put_in_place() {
    database_.reset();
    RHUMB_TRY(sync_file(path_));
    std::error_code error;
    // The log of an earlier one, which somebody has looked into, is not this one's.
    for (const char* log : {"state.db-wal", "state.db-shm"}) fs::remove(folder_ / log, error);
    fs::rename(path_, folder_ / kIndex, error);
    if (error) return file_error("replace", folder_ / kIndex, error.value());
    return sync_folder(folder_);
  }

 private:
  Status open() {
    RHUMB_ASSIGN(database_, Database::open(path_));
    return {};
  }

  fs::path folder_, path_;
  std::unique_ptr<Database> database_;
};

/// Whether a folder is missing or has nothing in it.
Result<bool> has_nothing_in(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return true;
  const bool empty = fs::is_directory(folder, error) && fs::is_empty(folder, error);
  if (error) return file_error("read", folder, error.value());
  return empty;
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(fs::absolute(path, error), error);
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder, error), error);
  if (error) return false;
  const auto [end, unused] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

Status prepare_folder(const fs::path& store, const fs::path& to) {
  if (lies_in(to, store) || lies_in(store, to)) {
    return Error{Code::kUsage,
                 fmt::format("{} and the store {} lie in each other", shown(to), shown(store)),
                 "name a folder of its own, best on another disk",
                 {}};
  }
  std::error_code ignored;
  if (fs::exists(to / kMarker, ignored)) return {};
  RHUMB_ASSIGN(const bool empty, has_nothing_in(to));
  if (!empty) {
    return Error{Code::kUsage,
                 fmt::format("{} is not empty, and not a backup", shown(to)),
                 "name a new folder, or that of an earlier backup",
                 {}};
  }
  RHUMB_TRY(make_folders(to));
  return atomic_write(to / kMarker, kMarkerText);
}

/// Files that an earlier backup had, or one that was killed has left.
Result<uint64_t> remove_unwanted(const BackupContents& contents, const fs::path& to) {
  std::set<std::string> wanted;
  for (const auto& [name, known] : contents.files) wanted.insert(name);
  for (const auto& [dataset, version] : contents.newest) wanted.insert(newest_name(dataset));
  std::vector<fs::path> unwanted;
  std::error_code error;
  for (const char* part : {"data", "manifests"}) {
    if (!fs::exists(to / part, error)) continue;
    for (fs::recursive_directory_iterator at(to / part, error), end; !error && at != end;
         at.increment(error)) {
      const bool file = at->is_regular_file(error);
      if (file && !wanted.contains(at->path().lexically_relative(to).generic_string()))
        unwanted.push_back(at->path());
    }
    if (error) return file_error("read", to / part, error.value());
  }
  for (fs::directory_iterator at(to, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const bool log = name.ends_with("-wal") || name.ends_with("-shm");
    if (is_temporary_name(log ? name.substr(0, name.size() - 4) : name))
      unwanted.push_back(at->path());
  }
  for (const fs::path& path : unwanted) {
    fs::remove(path, error);
    if (error) return file_error("remove", path, error.value());
    // The last file of a folder takes it along; another one keeps it.
    fs::remove(path.parent_path(), error);
  }
  return unwanted.size();
}

/// A folder in the making; goes unless it got its name.
class FolderInTheMaking {
 public:
  explicit FolderInTheMaking(fs::path path) : path_(std::move(path)) {}
  ~FolderInTheMaking() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  FolderInTheMaking(const FolderInTheMaking&) = delete;
  FolderInTheMaking& operator=(const FolderInTheMaking&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  /// REQUIRES: `name` is missing or an empty folder beside it
  Status rename_to(const fs::path& name) {
    std::error_code error;
    fs::rename(path_, name, error);
    if (error) return file_error("replace", name, error.value());
    path_.clear();
    return sync_folder(name.parent_path());
  }

 private:
  fs::path path_;
};

}  // namespace

Result<BackupReport> back_up(State& state, const fs::path& store, const fs::path& to) {
  RHUMB_TRY(prepare_folder(store, to));
  RHUMB_ASSIGN(const FileLock lock, FileLock::acquire(to / "state.lock", kLockSeconds));
  IndexCopy index(to);
  PinnedVersions pins(state);
  RHUMB_TRY(index.take(pins));
  RHUMB_TRY(index.forget_processes());
  RHUMB_ASSIGN(const BackupContents contents, contents_of(index.database(), store));
  BackupReport report = contents.report();
  RHUMB_TRY(copy_contents(contents, store, to, report));
  RHUMB_TRY(index.put_in_place());
  RHUMB_ASSIGN(report.removed_files, remove_unwanted(contents, to));
  return report;
}

Result<BackupReport> restore_backup(const fs::path& backup, const fs::path& store) {
  std::error_code ignored;
  if (!fs::exists(backup / kMarker, ignored) || !fs::exists(backup / kIndex, ignored)) {
    const bool begun = fs::exists(backup / kMarker, ignored);
    return Error{Code::kNotFound,
                 fmt::format("{} {}", shown(backup),
                             begun ? "holds a backup that was never finished" : "is not a backup"),
                 "name a folder that rhumb backup has written",
                 {}};
  }
  RHUMB_ASSIGN(const bool empty, has_nothing_in(store));
  if (!empty) {
    return Error{Code::kConflict,
                 fmt::format("there is a store in {}", shown(store)),
                 fmt::format("move it away first: mv {0} {0}.before", shown(store)),
                 {}};
  }
  const fs::path target = fs::absolute(store).lexically_normal();
  RHUMB_TRY(make_folders(target.parent_path()));
  FolderInTheMaking made(target.parent_path() /
                         fmt::format(".{}-{}", target.filename().string(), unique_name()));
  RHUMB_TRY(make_folders(made.path()));
  IndexCopy index(made.path());
  RHUMB_TRY(index.copy(backup / kIndex));
  RHUMB_ASSIGN(const BackupContents contents, contents_of(index.database(), backup));
  BackupReport report = contents.report();
  RHUMB_TRY(copy_contents(contents, backup, made.path(), report));
  RHUMB_TRY(index.forget_targets());
  RHUMB_TRY(index.put_in_place());
  RHUMB_TRY(made.rename_to(target));
  return report;
}

}  // namespace rhumb
