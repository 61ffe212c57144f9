#include "io/sqlite/database.h"

#include <sqlite3.h>

#include <cerrno>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr size_t kCachedStatements = 64;

Code code_of(int sqlite_code, int system_errno) {
  if (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG) {
    return Code::kDiskFull;
  }
  switch (sqlite_code & 0xFF) {
    case SQLITE_FULL:
      return Code::kDiskFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::kBusy;
    case SQLITE_CONSTRAINT:
      return Code::kConflict;
    case SQLITE_NOMEM:
      return Code::kOutOfMemory;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
      return Code::kInternal;
    default:
      return Code::kState;
  }
}

std::string hint_of(int sqlite_code, Code code, const std::filesystem::path& path) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fmt::format(
          "move {} away (keep it): the next command rebuilds the index from the manifests; "
          "the history of runs and the quarantine are only in that file",
          printable(path.native(), 1000));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "check the rights on that file and its folder";
    default:
      break;
  }
  if (code == Code::kBusy) return "another rhumb is writing for unusually long; see `rhumb status`";
  if (code == Code::kDiskFull) return "free some space; nothing has been changed";
  return "";
}

}  // namespace

Statement::Statement(Database& database, std::string sql, sqlite3_stmt* handle)
    : database_(&database), sql_(std::move(sql)), handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      sql_(std::move(other.sql_)),
      handle_(std::exchange(other.handle_, nullptr)),
      bind_error_(other.bind_error_) {}

Statement::~Statement() {
  if (handle_ != nullptr) database_->give_back(std::move(sql_), handle_);
}

void Statement::restart() {
  sqlite3_reset(handle_);
  bind_error_ = SQLITE_OK;
}

void Statement::keep(int code) {
  if (bind_error_ == SQLITE_OK) bind_error_ = code;
}

void Statement::put(int at, std::string_view value) {
  // A null pointer would bind NULL.
  const char* const data = value.data() == nullptr ? "" : value.data();
  keep(sqlite3_bind_text64(handle_, at, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::put(int at, Blob value) {
  const char* const data = value.bytes.data() == nullptr ? "" : value.bytes.data();
  keep(sqlite3_bind_blob64(handle_, at, data, value.bytes.size(), SQLITE_TRANSIENT));
}

void Statement::put(int at, double value) {
  keep(sqlite3_bind_double(handle_, at, value));
}
void Statement::put(int at, std::nullptr_t) {
  keep(sqlite3_bind_null(handle_, at));
}
void Statement::put_integer(int at, int64_t value) {
  keep(sqlite3_bind_int64(handle_, at, value));
}

Result<bool> Statement::next() {
  if (bind_error_ != SQLITE_OK) return database_->error(bind_error_);
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  // The message is read before the reset, which may replace it.
  Error error = database_->error(code);
  sqlite3_reset(handle_);
  return error;
}

Status Statement::run() {
  while (true) {
    RHUMB_ASSIGN(const bool more, next());
    if (!more) break;
  }
  sqlite3_reset(handle_);
  return {};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}
int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}
uint64_t Statement::count(int column) const {
  return static_cast<uint64_t>(integer(column));
}
double Statement::number(int column) const {
  return sqlite3_column_double(handle_, column);
}

std::string_view Statement::view(int column) const {
  const void* const data = sqlite3_column_blob(handle_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

Database::Database(std::filesystem::path path, Options options)
    : path_(std::move(path)), options_(options) {}

Database::~Database() {
  for (const auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path,
                                                 Options options) {
  std::unique_ptr<Database> database(new Database(path, options));
  const int code = sqlite3_open_v2(
      path.c_str(), &database->handle_,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  if (code != SQLITE_OK) return database->error(code);
  RHUMB_TRY(database->set_up());
  return database;
}

Status Database::set_up() {
  sqlite3_busy_timeout(handle_, static_cast<int>(options_.busy_seconds * 1000));
  // Content of the file is data: no code in it, and no damaged page that is trusted.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
      "PRAGMA cell_size_check = ON;");
}

Error Database::error(int code) const {
  const int system_errno = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
  const bool io = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
  const Code ours = code_of(code, io ? system_errno : 0);
  const char* const said = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  const std::string file = printable(path_.native(), 1000);
  std::string message = fmt::format("the state file {} cannot be used: {}", file, said);
  if (ours == Code::kBusy) {
    message = fmt::format("another process has been writing to {} for more than {}", file,
                          human_seconds(options_.busy_seconds));
  } else if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB) {
    message = fmt::format("the state file {} is damaged: {}", file, said);
  }
  return {ours, std::move(message), hint_of(code, ours, path_), {}};
}

Result<Statement> Database::prepare(std::string_view sql) {
  if (const auto found = idle_.find(sql); found != idle_.end()) {
    auto node = idle_.extract(found);
    return Statement(*this, std::move(node.key()), node.mapped());
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Statement(*this, std::string(sql), statement);
}

void Database::give_back(std::string sql, sqlite3_stmt* handle) {
  sqlite3_reset(handle);
  sqlite3_clear_bindings(handle);
  if (idle_.size() >= kCachedStatements) {
    sqlite3_finalize(handle);
    return;
  }
  idle_.emplace(std::move(sql), handle);
}

Status Database::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

int64_t Database::last_inserted() const {
  return sqlite3_last_insert_rowid(handle_);
}

Result<Transaction> Transaction::begin(Database& database) {
  RHUMB_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  // Some failures have rolled back already; then there is nothing left to undo.
  if (sqlite3_get_autocommit(database_->handle_) == 0) {
    const Status undone = database_->execute("ROLLBACK");
    static_cast<void>(undone.ok());
  }
}

Status Transaction::commit() {
  RHUMB_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace rhumb
