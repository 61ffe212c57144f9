#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "io/fs/disk.h"
#include "io/fs/file.h"
#include "io/fs/lock.h"
#include "state/sql_state.h"
#include "state/sqlite_state_database.h"

namespace rhumb {
namespace {

/// Opening is quick but for a rebuild, which reads every manifest.
constexpr double kOpenWaitSeconds = 60;

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

Result<std::unique_ptr<State>> State::open(const std::filesystem::path& folder, FileStore& files) {
  RHUMB_TRY(make_folders(folder));
  RHUMB_TRY(require_local_disk(folder));
  // Two processes that make or upgrade the same file at once would get in each other's way.
  RHUMB_ASSIGN(const FileLock lock, FileLock::acquire(folder / "state.lock", kOpenWaitSeconds));
  RHUMB_ASSIGN(std::string id, store_id_of(folder));
  RHUMB_ASSIGN(auto database, SqliteStateDatabase::open(folder / "state.db"));
  auto state = std::make_unique<SqlState>(std::move(database), files, std::move(id));
  RHUMB_TRY(state->prepare());
  return std::unique_ptr<State>(std::move(state));
}

}  // namespace rhumb
