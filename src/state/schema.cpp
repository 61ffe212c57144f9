#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/id.h"
#include "base/text.h"
#include "io/fs/disk.h"
#include "io/fs/file.h"
#include "io/fs/lock.h"
#include "io/fs/process.h"
#include "state/sqlite_state.h"

namespace rhumb {
namespace {

/// Stands in the file's header, so that nobody else's database is taken for ours ("Rhmb").
constexpr int64_t kApplicationId = 0x52686D62;

constexpr size_t kIdLength = 26;  // as new_id() makes them

/// Opening is quick but for a rebuild, which reads every manifest.
constexpr double kOpenWaitSeconds = 60;

constexpr const char* kFirstSchema = R"sql(
CREATE TABLE versions (
  dataset TEXT NOT NULL, version INTEGER NOT NULL, previous INTEGER NOT NULL,
  run TEXT NOT NULL, created_at INTEGER NOT NULL, reason TEXT NOT NULL, definition TEXT NOT NULL,
  rolled_back_to INTEGER, rows INTEGER NOT NULL, files INTEGER NOT NULL, bytes INTEGER NOT NULL,
  manifest TEXT NOT NULL, manifest_sha256 TEXT NOT NULL,
  PRIMARY KEY (dataset, version)) WITHOUT ROWID;

-- An input's rows are visible from the version `added_in` until the one before `removed_in`.
CREATE TABLE inputs (
  key INTEGER PRIMARY KEY,
  dataset TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, announced TEXT NOT NULL,
  size INTEGER NOT NULL, content_hash TEXT NOT NULL, rows INTEGER NOT NULL,
  rejected INTEGER NOT NULL, taken_at INTEGER NOT NULL, run TEXT NOT NULL,
  added_in INTEGER NOT NULL, removed_in INTEGER);
-- What makes an input count once, whatever the code above does.
CREATE UNIQUE INDEX inputs_count_once ON inputs (dataset, name, announced, size, content_hash)
  WHERE removed_in IS NULL;

CREATE TABLE checks (
  dataset TEXT NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL,
  name TEXT NOT NULL, passed INTEGER NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (dataset, version, position),
  FOREIGN KEY (dataset, version) REFERENCES versions ON DELETE CASCADE) WITHOUT ROWID;

CREATE TABLE built_from (
  dataset TEXT NOT NULL, version INTEGER NOT NULL, upstream TEXT NOT NULL,
  upstream_version INTEGER NOT NULL, PRIMARY KEY (dataset, version, upstream),
  FOREIGN KEY (dataset, version) REFERENCES versions ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX built_from_upstream ON built_from (upstream, upstream_version);

CREATE TABLE hashes (
  dataset TEXT NOT NULL, name TEXT NOT NULL, announced TEXT NOT NULL, size INTEGER NOT NULL,
  content_hash TEXT NOT NULL, PRIMARY KEY (dataset, name)) WITHOUT ROWID;

CREATE TABLE runs (
  id TEXT PRIMARY KEY, environment TEXT NOT NULL, status TEXT NOT NULL, summary TEXT NOT NULL,
  started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL, owner TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE steps (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, dataset TEXT NOT NULL, step TEXT NOT NULL,
  reason TEXT NOT NULL, status TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
  seconds REAL NOT NULL, recorded_at INTEGER NOT NULL);
CREATE INDEX steps_of_run ON steps (run);

CREATE TABLE publications (
  dataset TEXT NOT NULL, target TEXT NOT NULL, version INTEGER NOT NULL,
  switched_at INTEGER NOT NULL, PRIMARY KEY (dataset, target)) WITHOUT ROWID;

CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, run TEXT NOT NULL,
  input_id TEXT NOT NULL, input TEXT NOT NULL, line INTEGER NOT NULL, position INTEGER NOT NULL,
  field TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL, raw BLOB NOT NULL,
  at INTEGER NOT NULL, status TEXT NOT NULL);
CREATE INDEX quarantine_of_input ON quarantine (source, input_id);

CREATE TABLE pins (
  id INTEGER PRIMARY KEY AUTOINCREMENT, dataset TEXT NOT NULL, version INTEGER NOT NULL,
  owner TEXT NOT NULL, pinned_at INTEGER NOT NULL);
)sql";

// One row for each dataset that was ever leased; nobody holds it when `owner` is empty.
constexpr const char* kLeases = R"sql(
CREATE TABLE leases (
  dataset TEXT PRIMARY KEY, number INTEGER NOT NULL, owner TEXT NOT NULL, holder TEXT NOT NULL,
  taken_at INTEGER NOT NULL, renewed_at INTEGER NOT NULL) WITHOUT ROWID;
)sql";

// What happened in a run beyond its steps, as it was told to people; `body` is JSON.
constexpr const char* kEvents = R"sql(
CREATE TABLE events (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
  dataset TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX events_of_run ON events (run);
CREATE INDEX quarantine_of_run ON quarantine (run);
)sql";

Error newer_state(const std::filesystem::path& folder, int64_t found) {
  return {Code::kState,
          fmt::format(
              "the state in {} has schema {}, written by a newer Rhumb; this one knows schemas up "
              "to {}",
              printable(folder.native(), 1000), found, schema_steps().size()),
          "use the newer Rhumb, or another `store:` folder",
          {}};
}

/// REQUIRES: the state's lock is held
Result<std::string> store_id_of(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kStoreIdFile;
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) RHUMB_TRY(atomic_write(file, new_id() + "\n"));
  RHUMB_ASSIGN(const std::string text, read_whole_file(file));
  std::string id(trim(text));
  const bool plain =
      std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c); });
  if (plain && id.size() == kIdLength) return id;
  return Error{Code::kState,
               fmt::format("{} does not hold the id of a store", printable(file.native(), 1000)),
               "put back what stood there; targets know the store by it. Removing the file makes "
               "it another store, which has to be told to publish over what this one shows",
               {}};
}

Error foreign_database(const std::filesystem::path& folder) {
  return {
      Code::kState,
      fmt::format("{}/state.db is a database, but not Rhumb's", printable(folder.native(), 1000)),
      "set `store:` to a folder of its own",
      {}};
}

}  // namespace

const std::vector<std::string>& schema_steps() {
  static const std::vector<std::string> steps = {kFirstSchema, kLeases, kEvents};
  return steps;
}

SqliteState::SqliteState(std::filesystem::path folder, FileStore& files)
    : folder_(std::move(folder)), files_(files) {}

SqliteState::~SqliteState() {
  // What is not released here is free as soon as the process is gone.
  if (db_ != nullptr) static_cast<void>(release_leases().ok());
}

Status SqliteState::prepare() {
  RHUMB_TRY(make_folders(folder_));
  RHUMB_TRY(require_local_disk(folder_));
  // Two processes that make or upgrade the same file at once would get in each other's way.
  RHUMB_ASSIGN(const FileLock lock, FileLock::acquire(folder_ / "state.lock", kOpenWaitSeconds));
  RHUMB_ASSIGN(store_id_, store_id_of(folder_));
  RHUMB_ASSIGN(db_, Database::open(folder_ / "state.db"));
  RHUMB_TRY(upgrade());
  RHUMB_TRY(reconcile());
  return close_dead_runs();
}

/// A fresh file and its rebuilt content are one transaction: after a crash in between, the next
/// open finds a fresh file again.
Status SqliteState::upgrade() {
  const auto known = static_cast<int64_t>(schema_steps().size());
  RHUMB_ASSIGN(const auto found, db_->integer("PRAGMA user_version"));
  RHUMB_ASSIGN(const auto application, db_->integer("PRAGMA application_id"));
  RHUMB_ASSIGN(const auto tables, db_->integer("SELECT count(*) FROM sqlite_schema"));
  const int64_t version = found.value_or(0);
  const bool fresh = version == 0 && application.value_or(0) == 0 && tables.value_or(0) == 0;
  if (!fresh && application != kApplicationId) return foreign_database(folder_);
  if (version > known) return newer_state(folder_, version);
  if (version == known) return {};
  RHUMB_ASSIGN(Transaction transaction, Transaction::begin(*db_));
  for (int64_t step = version; step < known; ++step) {
    RHUMB_TRY(db_->script(schema_steps()[static_cast<size_t>(step)]));
  }
  RHUMB_TRY(db_->script(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, known)));
  if (fresh) RHUMB_TRY(rebuild());
  RHUMB_TRY(fault_point(FaultPoint::kStateUpgraded));
  return transaction.commit();
}

/// Runs that were killed could not say so themselves.
Status SqliteState::close_dead_runs() {
  std::vector<std::string> dead;
  RHUMB_ASSIGN(Statement rows, db_->prepare("SELECT id, owner FROM runs WHERE status = 'running'"));
  RHUMB_TRY(rows.bind().each([&](const Statement& row) {
    if (process_state(row.view(1)) == ProcessState::kGone) dead.push_back(row.text(0));
  }));
  for (const std::string& run : dead) {
    RHUMB_TRY(db_->execute(
        "UPDATE runs SET status = 'failed', summary = ?, finished_at = ? "
        "WHERE id = ? AND status = 'running'",
        "its process ended without a word (killed, or the machine stopped)", now_micros(), run));
  }
  return {};
}

Result<std::unique_ptr<State>> State::open(const std::filesystem::path& folder, FileStore& files) {
  auto state = std::make_unique<SqliteState>(folder, files);
  RHUMB_TRY(state->prepare());
  return std::unique_ptr<State>(std::move(state));
}

}  // namespace rhumb
