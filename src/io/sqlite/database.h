#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace rhumb {

class Database;

/// Bytes that are stored as they are, in no encoding.
struct Blob {
  std::string_view bytes;
};

/// A prepared statement, borrowed from its Database's cache and given back, reset, when it goes.
/// Errors while binding are kept and returned by the next step. Not thread-safe.
///
///   RHUMB_ASSIGN(Statement rows, database.prepare("SELECT a, b FROM t WHERE c = ?"));
///   RHUMB_TRY(rows.bind(c).each([&](const Statement& row) { use(row.text(0), row.integer(1)); }));
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  ~Statement();

  /// All parameters of the statement, in order. Starts it anew. Texts are copied.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    restart();
    int at = 0;
    (put(++at, values), ...);
    return *this;
  }

  /// One parameter, from 1, for those whose number is known only now; after bind() without any.
  template <typename Value>
  void bind_at(int at, const Value& value) {
    put(at, value);
  }

  /// Steps to the next row; false at the end.
  Result<bool> next();
  /// Steps to the end of a statement that gives no rows.
  Status run();
  /// Calls `use(*this)` for every row that is left.
  template <typename Use>
  Status each(Use use) {
    while (true) {
      RHUMB_ASSIGN(const bool more, next());
      if (!more) return {};
      use(*this);
    }
  }

  // Columns of the current row, from 0. Views hold until the next step.
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] int64_t integer(int column) const;
  [[nodiscard]] uint64_t count(int column) const;  ///< an integer stored from a uint64_t
  [[nodiscard]] double number(int column) const;
  [[nodiscard]] std::string_view view(int column) const;
  [[nodiscard]] std::string text(int column) const { return std::string(view(column)); }

 private:
  friend class Database;
  Statement(Database& database, std::string sql, sqlite3_stmt* handle);

  void restart();
  void keep(int code);
  void put(int at, std::string_view value);
  void put(int at, const std::string& value) { put(at, std::string_view(value)); }
  void put(int at, const char* value) { put(at, std::string_view(value)); }
  void put(int at, Blob value);
  void put(int at, double value);
  void put(int at, std::nullptr_t);
  void put_integer(int at, int64_t value);
  template <typename T>
    requires std::is_integral_v<T>
  void put(int at, T value) {
    put_integer(at, static_cast<int64_t>(value));
  }
  template <typename T>
  void put(int at, const std::optional<T>& value) {
    value ? put(at, *value) : put(at, nullptr);
  }

  Database* database_;
  std::string sql_;
  sqlite3_stmt* handle_;
  int bind_error_ = 0;
};

/// One connection to an SQLite file: write-ahead log, full sync, foreign keys on. Another process
/// that writes is waited for; kBusy after `busy_seconds`. Not thread-safe. Neither moves nor
/// survives a fork.
class Database {
 public:
  struct Options {
    double busy_seconds = 30;
  };
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Options options);
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path) {
    return open(path, Options{});
  }
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// A cached statement; the same text may be in use several times.
  Result<Statement> prepare(std::string_view sql);
  /// Runs a statement that gives no rows.
  template <typename... Values>
  Status execute(std::string_view sql, const Values&... values) {
    RHUMB_ASSIGN(Statement statement, prepare(sql));
    return statement.bind(values...).run();
  }
  /// The first column of the first row; nothing when there is no row or it is null.
  template <typename... Values>
  Result<std::optional<int64_t>> integer(std::string_view sql, const Values&... values) {
    RHUMB_ASSIGN(Statement statement, prepare(sql));
    RHUMB_ASSIGN(const bool found, statement.bind(values...).next());
    if (!found || statement.is_null(0)) return std::optional<int64_t>();
    return std::optional<int64_t>(statement.integer(0));
  }
  /// Several statements without parameters.
  Status script(const std::string& sql);

  [[nodiscard]] int64_t last_inserted() const;

 private:
  friend class Statement;
  friend class Transaction;
  Database(std::filesystem::path path, Options options);
  Status set_up();
  [[nodiscard]] Error error(int code) const;
  void give_back(std::string sql, sqlite3_stmt* handle);

  std::filesystem::path path_;
  Options options_;
  sqlite3* handle_ = nullptr;
  std::multimap<std::string, sqlite3_stmt*, std::less<>> idle_;
};

/// A write transaction. It takes the write lock at once, so that what it reads stays true until it
/// commits; rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  /// Durable when it returns success.
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace rhumb
