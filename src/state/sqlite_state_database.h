#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "io/sqlite/database.h"
#include "state/state_database.h"

namespace rhumb {

/// Statements that bring a state.db from one schema version to the next.
[[nodiscard]] const std::vector<std::string>& sqlite_schema_steps();

/// A state's tables in one SQLite file (write-ahead log, full sync), for the processes of one
/// machine.
class SqliteStateDatabase final : public StateDatabase {
 public:
  /// REQUIRES: its folder exists, and nobody else opens the file meanwhile.
  static Result<std::unique_ptr<SqliteStateDatabase>> open(const std::filesystem::path& file);

  Status execute_all(std::string_view sql, std::span<const std::vector<StateValue>> rows) override;
  Status write(const std::function<Status()>& work) override;
  Result<Micros> now() override { return now_micros(); }
  [[nodiscard]] Reach reach() const override { return Reach::kThisMachine; }
  Result<int64_t> schema_version() override;
  [[nodiscard]] int64_t newest_schema() const override;
  Status upgrade_from(int64_t version) override;
  [[nodiscard]] std::string describe() const override;
  Status rewrite(const std::vector<std::string>& tables) override;
  Status copy_to(const std::filesystem::path& file) override;

 protected:
  Status read(std::string_view sql, std::span<const StateValue> values, const UseRow& use) override;
  Status run(std::string_view sql, std::span<const StateValue> values) override;

 private:
  Result<Statement> prepare(std::string_view sql);
  SqliteStateDatabase(std::filesystem::path file, std::unique_ptr<Database> database)
      : file_(std::move(file)), database_(std::move(database)) {}

  std::filesystem::path file_;
  std::unique_ptr<Database> database_;
};

}  // namespace rhumb
