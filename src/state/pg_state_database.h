#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/pg/connection.h"
#include "state/state.h"
#include "state/state_database.h"

namespace rhumb {

/// Statements that bring a state in PostgreSQL from one schema version to the next.
[[nodiscard]] const std::vector<std::string>& pg_schema_steps();

/// Any bytes as text that PostgreSQL keeps: what is not UTF-8, and byte 0, which it refuses,
/// becomes U+001A and two hexadecimal digits, U+001A itself as well. Other texts stay as they are.
[[nodiscard]] std::string escaped_for_pg(std::string_view bytes);
/// Reverses escaped_for_pg.
[[nodiscard]] std::string unescaped_from_pg(std::string_view text);
/// A statement with `$1` in the place of `?` and `?1`.
[[nodiscard]] std::string with_pg_parameters(std::string_view sql);

/// A state's tables in a schema of their own in a PostgreSQL database, for all processes that reach
/// the server.
///
/// - Every access is a transaction that sets what it needs itself, so that a pooler may stand in
///   between.
/// - write() holds an advisory lock of the schema: one writer at a time, as in a file.
/// - A writing transaction leaves its number in `writers`. When the connection breaks while it is
///   committed, the next one waits for the lock, so that the first has ended, and reads there
///   whether it was.
/// - A lost connection is made anew, and what was undone with it is done again, by the rules of
///   io/pg/retry.h.
/// - A session that stands still within a transaction for kLeaseSeconds is ended by the server, as
///   its lease is over.
class PgStateDatabase final : public StateDatabase {
 public:
  /// Connects. A server that does not answer is not waited for.
  static Result<std::unique_ptr<PgStateDatabase>> open(StateHome home);

  Status execute_all(std::string_view sql, std::span<const std::vector<StateValue>> rows) override;
  Status write(const std::function<Status()>& work) override;
  Result<Micros> now() override;
  [[nodiscard]] Reach reach() const override { return Reach::kAnyMachine; }
  Result<int64_t> schema_version() override;
  [[nodiscard]] int64_t newest_schema() const override;
  Status upgrade_from(int64_t version) override;
  [[nodiscard]] std::string describe() const override;
  Status rewrite(const std::vector<std::string>& tables) override;
  Status copy_to(const std::filesystem::path& file) override;

  /// What there is to say of it, for people; an error when one could not work with it.
  Result<std::string> look();
  /// Numbers that come by themselves go on after those that are there. REQUIRES: within write()
  Status continue_numbers();

 protected:
  Status read(std::string_view sql, std::span<const StateValue> values, const UseRow& use) override;
  Status run(std::string_view sql, std::span<const StateValue> values) override;

 private:
  /// A transaction of write(), over all tries.
  struct Writing {
    int64_t number = 0;
    bool unsure = false;  ///< the connection broke while it was committed
  };

  explicit PgStateDatabase(StateHome home);
  Status connect();
  Result<PgRows> ask(std::string_view sql, std::span<const StateValue> values);
  Result<PgRows> query(const std::string& sql, const PgParameters& parameters);
  Status in_transaction(Writing* writing, const std::function<Status()>& work);
  Status attempt(Writing* writing, const std::function<Status()>& work);
  Result<bool> begin_writing(const Writing& writing);
  Status commit(PgTransaction& transaction, Writing* writing);
  Status make_schema();
  Status check_owner();
  [[nodiscard]] Error explained(Error error) const;

  const StateHome home_;
  const std::string writer_;  ///< of this object alone
  int64_t last_number_ = 0;
  std::optional<PgConnection> connection_;
  bool connected_before_ = false;
  bool within_ = false;   ///< in_transaction() runs
  std::string sqlstate_;  ///< of the statement that ended the last try
};

}  // namespace rhumb
