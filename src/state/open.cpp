#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/id.h"
#include "base/text.h"
#include "io/fs/disk.h"
#include "io/fs/file.h"
#include "io/fs/lock.h"
#include "state/copy_tables.h"
#include "state/pg_state_database.h"
#include "state/sql_state.h"
#include "state/sqlite_state_database.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

/// Opening is quick but for a rebuild, which reads every manifest.
constexpr double kOpenWaitSeconds = 60;
constexpr const char* kFile = "state.db";
/// Stands in the folder of a store whose state lies in PostgreSQL: which state that is. Not in
/// backups: a store that was restored is the same store, but not with the state it had since.
constexpr const char* kMarker = "state.json";
/// What becomes of a file when all that was in it lies in PostgreSQL.
constexpr const char* kMovedFile = "state.db.moved";

/// Two processes that make or upgrade the same state at once would get in each other's way.
Result<FileLock> lock_folder(const fs::path& folder) {
  RHUMB_TRY(make_folders(folder));
  RHUMB_TRY(require_local_disk(folder));
  return FileLock::acquire(folder / "state.lock", kOpenWaitSeconds);
}

/// The state's id; nothing when it has never been in PostgreSQL.
Result<std::optional<std::string>> read_marker(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / kMarker, error)) return std::optional<std::string>();
  RHUMB_ASSIGN(const std::string text, read_whole_file(folder / kMarker));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto id = json.is_object() ? json.find("state") : json.end();
  if (json.is_object() && id != json.end() && id->is_string())
    return std::optional<std::string>(id->get<std::string>());
  return Error{Code::kState,
               fmt::format("{} is damaged", printable((folder / kMarker).native(), 1000)),
               "restore it from a backup of that folder: it says which state is this store's",
               {}};
}

Status write_marker(const fs::path& folder, const StateHome& home) {
  const nlohmann::ordered_json marker = {{"state", home.id}, {"schema", home.schema}};
  return atomic_write(folder / kMarker, marker.dump() + "\n");
}

/// Nobody may work with the file while it moves.
Status require_no_leases(StateDatabase& file) {
  std::string held;
  RHUMB_TRY(
      file.each("SELECT dataset, owner FROM leases WHERE owner <> ''", [&](const StateRow& row) {
        if (process_state(row.view(1)) == ProcessState::kGone) return;
        held = fmt::format("{} is being worked on by {}", printable(row.view(0)),
                           process_text(row.view(1)));
      }));
  if (held.empty()) return {};
  return Error{Code::kBusy, held, "the state moves to PostgreSQL when that has ended", {}};
}

/// Copies what is in the file into the fresh tables. False when there is no file.
Result<bool> move_in(const fs::path& file, PgStateDatabase& database) {
  std::error_code error;
  if (!fs::exists(file, error) || fs::file_size(file, error) == 0) return false;
  RHUMB_ASSIGN(const auto source, SqliteStateDatabase::open(file));
  const Status moved = source->write([&]() -> Status {
    RHUMB_ASSIGN(const int64_t version, source->schema_version());
    if (version > source->newest_schema())
      return Error{Code::kState, source->describe() + " was written by a newer Rhumb", "", {}};
    if (version < source->newest_schema()) RHUMB_TRY(source->upgrade_from(version));
    RHUMB_TRY(require_no_leases(*source));
    RHUMB_TRY(copy_tables(*source, database, *source));
    return database.continue_numbers();
  });
  RHUMB_TRY(moved);
  return true;
}

constexpr size_t kIdLength = 26;  // as new_id() makes them

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

}  // namespace

Result<std::unique_ptr<State>> State::open(const fs::path& folder, FileStore& files) {
  RHUMB_ASSIGN(const FileLock lock, lock_folder(folder));
  RHUMB_ASSIGN(const std::optional<std::string> moved, read_marker(folder));
  if (moved) {
    return Error{Code::kState,
                 fmt::format("the state of the store in {} lies in PostgreSQL",
                             printable(folder.native(), 1000)),
                 "name its connection under `store:`, `state:`; to bring it back: rhumb backup, "
                 "take the name away, rhumb restore",
                 {}};
  }
  RHUMB_ASSIGN(std::string id, store_id_of(folder));
  RHUMB_ASSIGN(auto database, SqliteStateDatabase::open(folder / kFile));
  auto state = std::make_unique<SqlState>(std::move(database), files, std::move(id));
  RHUMB_TRY(state->prepare());
  return std::unique_ptr<State>(std::move(state));
}

Result<std::unique_ptr<State>> State::open_postgres(const fs::path& folder, FileStore& files,
                                                    StateHome home) {
  RHUMB_ASSIGN(const FileLock lock, lock_folder(folder));
  RHUMB_ASSIGN(const std::optional<std::string> known, read_marker(folder));
  home.id = known.value_or(unique_name());
  RHUMB_ASSIGN(auto database, PgStateDatabase::open(home));
  PgStateDatabase& tables = *database;
  // Within the transaction that makes the tables: they never belong to a store that does not know.
  const SqlState::FillTables fill = [&]() -> Result<bool> {
    RHUMB_ASSIGN(const bool moved, move_in(folder / kFile, tables));
    RHUMB_TRY(write_marker(folder, home));
    return moved;
  };
  RHUMB_ASSIGN(std::string id, store_id_of(folder));
  auto state = std::make_unique<SqlState>(std::move(database), files, std::move(id));
  RHUMB_TRY(state->prepare(fill));
  std::error_code ignored;
  fs::rename(folder / kFile, folder / kMovedFile, ignored);
  return std::unique_ptr<State>(std::move(state));
}

Result<std::string> look_at_postgres_state(const fs::path& folder, StateHome home) {
  RHUMB_ASSIGN(const std::optional<std::string> known, read_marker(folder));
  home.id = known.value_or("");
  RHUMB_ASSIGN(const auto database, PgStateDatabase::open(std::move(home)));
  return database->look();
}

std::string postgres_state_grants(const StateHome& home, const std::string& role) {
  const std::string schema = quote_identifier(home.schema);
  const std::string to = quote_identifier(role);
  return fmt::format(
      "CREATE SCHEMA IF NOT EXISTS {0} AUTHORIZATION {1};\n"
      "GRANT USAGE, CREATE ON SCHEMA {0} TO {1};\n"
      "-- when another role has made its tables:\n"
      "-- GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO {1};\n",
      schema, to);
}

}  // namespace rhumb
