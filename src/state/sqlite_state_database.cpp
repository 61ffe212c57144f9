#include "state/sqlite_state_database.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

/// Stands in the file's header, so that nobody else's database is taken for ours ("Rhmb").
constexpr int64_t kApplicationId = 0x52686D62;

class SqliteRow final : public StateRow {
 public:
  explicit SqliteRow(const Statement& row) : row_(row) {}
  [[nodiscard]] bool is_null(int column) const override { return row_.is_null(column); }
  [[nodiscard]] int64_t integer(int column) const override { return row_.integer(column); }
  [[nodiscard]] double number(int column) const override { return row_.number(column); }
  [[nodiscard]] std::string_view view(int column) const override { return row_.view(column); }

 private:
  const Statement& row_;
};

void bind(Statement& statement, std::span<const StateValue> values) {
  statement.bind();
  int at = 0;
  for (const StateValue& value : values) {
    ++at;
    std::visit(
        [&](const auto& each) {
          if constexpr (std::is_same_v<std::decay_t<decltype(each)>, StateBytes>) {
            statement.bind_at(at, Blob{each.bytes});
          } else {
            statement.bind_at(at, each);
          }
        },
        value);
  }
}

}  // namespace

Result<std::unique_ptr<SqliteStateDatabase>> SqliteStateDatabase::open(
    const std::filesystem::path& file) {
  RHUMB_ASSIGN(auto database, Database::open(file));
  return std::unique_ptr<SqliteStateDatabase>(new SqliteStateDatabase(file, std::move(database)));
}

// Our statements fit our tables; when one does not, the tables are no longer ours.
Result<Statement> SqliteStateDatabase::prepare(std::string_view sql) {
  auto statement = database_->prepare(sql);
  if (statement.ok()) return statement;
  Error error = std::move(statement).error();
  const bool lacks = error.message.find("no such column") != std::string::npos ||
                     error.message.find("no such table") != std::string::npos;
  if (!lacks) return error;
  error.code = Code::kState;
  error.hint = kRebuildHint;
  return error;
}

Status SqliteStateDatabase::read(std::string_view sql, std::span<const StateValue> values,
                                 const UseRow& use) {
  RHUMB_ASSIGN(Statement statement, prepare(sql));
  bind(statement, values);
  return statement.each([&](const Statement& row) { use(SqliteRow(row)); });
}

Status SqliteStateDatabase::run(std::string_view sql, std::span<const StateValue> values) {
  RHUMB_ASSIGN(Statement statement, prepare(sql));
  bind(statement, values);
  return statement.run();
}

Status SqliteStateDatabase::execute_all(std::string_view sql,
                                        std::span<const std::vector<StateValue>> rows) {
  for (const std::vector<StateValue>& row : rows) RHUMB_TRY(run(sql, row));
  return {};
}

Status SqliteStateDatabase::write(const std::function<Status()>& work) {
  RHUMB_ASSIGN(Transaction transaction, Transaction::begin(*database_));
  RHUMB_TRY(work());
  return transaction.commit();
}

Result<int64_t> SqliteStateDatabase::schema_version() {
  RHUMB_ASSIGN(const auto version, database_->integer("PRAGMA user_version"));
  RHUMB_ASSIGN(const auto application, database_->integer("PRAGMA application_id"));
  RHUMB_ASSIGN(const auto tables, database_->integer("SELECT count(*) FROM sqlite_schema"));
  const bool fresh = version == 0 && application == 0 && tables == 0;
  if (fresh || application == kApplicationId) return version.value_or(0);
  return Error{Code::kState,
               fmt::format("{} is a database, but not Rhumb's", printable(file_.native(), 1000)),
               "set `store:` to a folder of its own",
               {}};
}

int64_t SqliteStateDatabase::newest_schema() const {
  return static_cast<int64_t>(sqlite_schema_steps().size());
}

Status SqliteStateDatabase::upgrade_from(int64_t version) {
  const std::vector<std::string>& steps = sqlite_schema_steps();
  for (auto step = static_cast<size_t>(version); step < steps.size(); ++step) {
    RHUMB_TRY(database_->script(steps[step]));
  }
  return database_->script(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                       kApplicationId, steps.size()));
}

std::string SqliteStateDatabase::describe() const {
  return "the state in " + printable(file_.parent_path().native(), 1000);
}

/// The whole file: what stood in its free pages goes too. Then its log, which holds pages as they
/// were before.
Status SqliteStateDatabase::rewrite(const std::vector<std::string>& tables) {
  static_cast<void>(tables);
  RHUMB_TRY(database_->script("VACUUM"));
  // The first column says whether somebody who reads kept it from being done.
  RHUMB_ASSIGN(const auto kept, database_->integer("PRAGMA wal_checkpoint(TRUNCATE)"));
  if (kept.value_or(0) == 0) return {};
  return Error{Code::kBusy,
               "the log of " + describe() + " cannot be emptied while another process reads it",
               "run the same command again when that has ended",
               {}};
}

Status SqliteStateDatabase::copy_to(const std::filesystem::path& file) {
  // Another session: this one is in a transaction. It sees all that was committed, and nobody else
  // commits meanwhile.
  RHUMB_ASSIGN(const auto reader, Database::open(file_));
  return reader->execute("VACUUM INTO ?", file.native());
}

}  // namespace rhumb
