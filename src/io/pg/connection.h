#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/secret.h"

struct pg_cancel;
struct pg_result;

namespace rhumb {

struct PgConnectionState;

/// Rows of a statement, every value as text. Owns the library's result; movable.
class PgRows {
 public:
  PgRows() = default;
  explicit PgRows(pg_result* result) : result_(result) {}

  [[nodiscard]] size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] bool is_null(size_t row, size_t column) const;
  /// "" for null. Valid while this object lives.
  [[nodiscard]] std::string_view text(size_t row, size_t column) const;
  [[nodiscard]] std::string string(size_t row, size_t column) const {
    return std::string(text(row, column));
  }
  /// OID in pg_type.
  [[nodiscard]] uint32_t type(size_t column) const;
  /// 0 for null. REQUIRES: the server's type prints as an integer
  [[nodiscard]] int64_t integer(size_t row, size_t column) const;
  /// False for null. REQUIRES: the server's type is boolean
  [[nodiscard]] bool boolean(size_t row, size_t column) const { return text(row, column) == "t"; }
  /// Rows that INSERT, UPDATE, DELETE or COPY touched.
  [[nodiscard]] uint64_t affected() const;
  /// What the server did, e.g. `COMMIT`.
  [[nodiscard]] std::string_view command() const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// A column of a prepared statement's result.
struct PgColumn {
  std::string name;
  uint32_t type = 0;   ///< OID in pg_type
  int modifier = -1;   ///< pg_attribute.atttypmod
  uint32_t table = 0;  ///< OID in pg_class, 0 = computed
  int attribute = 0;   ///< pg_attribute.attnum in that table
  bool operator==(const PgColumn&) const = default;
};

/// Asks the server to stop what a connection runs. May outlive the connection; thread-safe.
class PgCanceller {
 public:
  explicit PgCanceller(pg_cancel* handle) : handle_(handle) {}
  /// The statement then ends with kCancelled; nothing happens when none runs.
  void cancel() const;

 private:
  struct Free {
    void operator()(pg_cancel* handle) const;
  };
  std::unique_ptr<pg_cancel, Free> handle_;
};

/// Parameters are sent as text; the server infers their types (or write `$1::bigint`).
using PgParameters = std::vector<std::optional<std::string>>;

struct PgConnectOptions {
  const CancelFlag* cancel = nullptr;  ///< asked ten times a second while a statement runs
  int timeout_s = 10;                  ///< to connect, unless the URL says otherwise
};

/// A session of a PostgreSQL server. Not thread-safe, but for canceller().
///
/// Errors carry the server's message, detail, hint and SQLSTATE. Codes: kConnect (unreachable,
/// refused, lost), kRights (42501), kDiskFull (53100), kOutOfMemory (53200), kBusy (55P03: a lock),
/// kCancelled (only when we asked for it), kDatabase for everything else. No message holds the
/// password.
class PgConnection {
 public:
  /// `url` is `postgresql://user:password@host:port/database?...` or libpq's `key=value` form.
  /// The application name is `rhumb` unless the URL names one.
  static Result<PgConnection> open(const Secret& url, const PgConnectOptions& options = {});

  PgConnection(PgConnection&&) noexcept;
  PgConnection& operator=(PgConnection&&) noexcept;
  ~PgConnection();

  /// One statement.
  Result<PgRows> query(const std::string& sql, const PgParameters& parameters = {});
  /// One or several statements, separated by `;`, whose rows nobody wants.
  Status execute(const std::string& sql);
  /// The columns that a query has, without running it.
  Result<std::vector<PgColumn>> describe(const std::string& sql);

  /// Another flag, or none, from now on.
  void watch(const CancelFlag* cancel);
  /// Of the newest statement that failed, e.g. `55P03`; "" when the server had no say.
  [[nodiscard]] const std::string& sqlstate() const;
  /// The server or the network is gone; only a new connection helps.
  [[nodiscard]] bool lost() const;
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] int server_version() const;  ///< 150018 for 15.18
  [[nodiscard]] int backend_pid() const;
  /// A Unix socket or a loopback address: the server's files may be visible here.
  [[nodiscard]] bool is_local() const;
  /// `TLSv1.3`, "" = what is sent can be read on the way.
  [[nodiscard]] std::string encryption() const;
  /// libpq's `sslmode`: only `verify-full` proves that this is the server meant.
  [[nodiscard]] std::string verification() const;
  [[nodiscard]] PgCanceller canceller() const;
  /// What the server said beside results since the last call, oldest first; at most 100.
  [[nodiscard]] std::vector<std::string> take_notices();

  // For the copy streams of this room.
  [[nodiscard]] PgConnectionState& state() { return *state_; }

 private:
  explicit PgConnection(std::unique_ptr<PgConnectionState> state);
  std::unique_ptr<PgConnectionState> state_;
};

/// A transaction that rolls back unless committed. REQUIRES: the connection outlives it.
class PgTransaction {
 public:
  /// `mode` follows BEGIN: `ISOLATION LEVEL REPEATABLE READ READ ONLY`.
  static Result<PgTransaction> begin(PgConnection& connection, const std::string& mode = "");
  PgTransaction(PgTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  PgTransaction& operator=(PgTransaction&&) = delete;
  ~PgTransaction();

  /// On failure the transaction is still to be rolled back, which the destructor does.
  Status commit();
  /// Fine to call twice.
  void rollback();

 private:
  explicit PgTransaction(PgConnection& connection) : connection_(&connection) {}
  PgConnection* connection_;
};

}  // namespace rhumb
