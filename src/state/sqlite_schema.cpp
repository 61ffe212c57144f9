#include "state/sqlite_state_database.h"

namespace rhumb {
namespace {

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

// A version holds its manifest until that is in the store: the commit is the row alone.
constexpr const char* kManifestText = R"sql(
ALTER TABLE versions ADD COLUMN manifest_text BLOB;
)sql";

}  // namespace

const std::vector<std::string>& sqlite_schema_steps() {
  static const std::vector<std::string> steps = {kFirstSchema, kLeases, kEvents, kManifestText};
  return steps;
}

}  // namespace rhumb
