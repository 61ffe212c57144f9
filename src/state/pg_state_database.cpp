#include "state/pg_state_database.h"

#include <charconv>
#include <chrono>
#include <deque>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "io/pg/name.h"
#include "io/pg/pipeline.h"
#include "io/pg/retry.h"
#include "state/copy_tables.h"
#include "state/sqlite_state_database.h"

namespace rhumb {
namespace {

/// Longer than a session that stands still may hold the lock.
constexpr double kLockSeconds = kLeaseSeconds + 30;

constexpr uint32_t kBytea = 17;

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\\x";
  out.reserve(2 + bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 0xF];
  }
  return out;
}

std::string bytes_of(std::string_view hex) {
  std::string out;
  for (size_t i = 2; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    out += static_cast<char>(value);
  }
  return out;
}

struct AsParameter {
  std::optional<std::string> operator()(std::nullptr_t) const { return std::nullopt; }
  std::optional<std::string> operator()(int64_t value) const { return std::to_string(value); }
  std::optional<std::string> operator()(double value) const { return fmt::format("{}", value); }
  std::optional<std::string> operator()(std::string_view value) const {
    return escaped_for_pg(value);
  }
  std::optional<std::string> operator()(StateBytes value) const { return hex_of(value.bytes); }
};

PgParameters parameters_of(std::span<const StateValue> values) {
  PgParameters parameters;
  for (const StateValue& value : values) parameters.push_back(std::visit(AsParameter{}, value));
  return parameters;
}

/// Says so, also when something is thrown.
class Within {
 public:
  explicit Within(bool& flag) : flag_(flag) { flag_ = true; }
  ~Within() { flag_ = false; }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  bool& flag_;
};

class PgRow final : public StateRow {
 public:
  PgRow(const PgRows& rows, size_t row) : rows_(rows), row_(row) {}
  [[nodiscard]] bool is_null(int column) const override { return rows_.is_null(row_, at(column)); }
  [[nodiscard]] int64_t integer(int column) const override {
    return rows_.integer(row_, at(column));
  }
  [[nodiscard]] double number(int column) const override {
    const std::string_view digits = rows_.text(row_, at(column));
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  [[nodiscard]] std::string_view view(int column) const override {
    const std::string_view text = rows_.text(row_, at(column));
    const bool bytes = rows_.type(at(column)) == kBytea;
    if (!bytes && text.find('\x1A') == std::string_view::npos) return text;
    if (decoded_.size() <= at(column)) decoded_.resize(at(column) + 1);
    return decoded_[at(column)] = bytes ? bytes_of(text) : unescaped_from_pg(text);
  }

 private:
  static size_t at(int column) { return static_cast<size_t>(column); }
  const PgRows& rows_;
  size_t row_;
  mutable std::deque<std::string> decoded_;
};

}  // namespace

PgStateDatabase::PgStateDatabase(StateHome home) : home_(std::move(home)), writer_(unique_name()) {}

Result<std::unique_ptr<PgStateDatabase>> PgStateDatabase::open(StateHome home) {
  std::unique_ptr<PgStateDatabase> made(new PgStateDatabase(std::move(home)));
  RHUMB_TRY(made->connect());
  return made;
}

Status PgStateDatabase::connect() {
  if (connection_ && !connection_->lost()) return {};
  connection_.reset();
  sqlstate_.clear();
  auto opened = open_patiently(home_.url, {.cancel = home_.cancel}, !connected_before_);
  if (!opened.ok()) return explained(opened.error());
  connection_ = std::move(opened).value();
  // A run that is cancelled still has to write down how it ended.
  connection_->watch(nullptr);
  connected_before_ = true;
  return {};
}

/// Words for people who did not know that a database was asked.
Error PgStateDatabase::explained(Error error) const {
  error.message = fmt::format("{} cannot be used: {}", describe(), error.message);
  if (sqlstate_.starts_with("23")) error.code = Code::kConflict;
  if (sqlstate_ == "55P03") {
    error.message = fmt::format("another process has been writing to {} for more than {}",
                                describe(), human_seconds(kLockSeconds));
    error.hint = "another rhumb is writing for unusually long; see `rhumb status`";
  }
  if (error.code == Code::kRights) error.hint = "rhumb doctor --grants ROLE prints what it needs";
  if (error.code == Code::kDatabase) error.code = Code::kState;
  return error;
}

std::string PgStateDatabase::describe() const {
  return fmt::format("the state in the schema {} of PostgreSQL", PgName{"", home_.schema}.text());
}

Result<PgRows> PgStateDatabase::query(const std::string& sql, const PgParameters& parameters) {
  auto rows = connection_->query(sql, parameters);
  if (rows.ok()) return rows;
  sqlstate_ = connection_->sqlstate();
  return explained(rows.error());
}

/// Within a transaction as it is, otherwise as one of its own.
Result<PgRows> PgStateDatabase::ask(std::string_view sql, std::span<const StateValue> values) {
  const std::string text = with_pg_parameters(sql);
  const PgParameters parameters = parameters_of(values);
  if (within_) return query(text, parameters);
  PgRows rows;
  RHUMB_TRY(in_transaction(nullptr, [&]() -> Status {
    RHUMB_ASSIGN(rows, query(text, parameters));
    return {};
  }));
  return rows;
}

Status PgStateDatabase::read(std::string_view sql, std::span<const StateValue> values,
                             const UseRow& use) {
  RHUMB_ASSIGN(const PgRows rows, ask(sql, values));
  for (size_t row = 0; row < rows.size(); ++row) use(PgRow(rows, row));
  return {};
}

Status PgStateDatabase::run(std::string_view sql, std::span<const StateValue> values) {
  RHUMB_ASSIGN(const PgRows done, ask(sql, values));
  static_cast<void>(done);
  return {};
}

Status PgStateDatabase::execute_all(std::string_view sql,
                                    std::span<const std::vector<StateValue>> rows) {
  std::vector<PgParameters> parameters;
  parameters.reserve(rows.size());
  for (const std::vector<StateValue>& row : rows) parameters.push_back(parameters_of(row));
  const Status done = run_pipelined(*connection_, with_pg_parameters(sql), parameters);
  if (done.ok()) return {};
  sqlstate_ = connection_->sqlstate();
  return explained(done.error());
}

Status PgStateDatabase::write(const std::function<Status()>& work) {
  Writing writing{.number = ++last_number_};
  return in_transaction(&writing, work);
}

/// Runs `work` in a transaction; again when that was undone for a reason that passes.
Status PgStateDatabase::in_transaction(Writing* writing, const std::function<Status()>& work) {
  for (int tries = 1;; ++tries) {
    if (Status connected = connect(); !connected.ok()) {
      if (writing == nullptr || !writing->unsure) return connected;
      Error error = std::move(connected).error();
      error.message += "; whether the last change was committed could not be found out";
      error.hint = "run again when the server is back: what was committed is found there";
      return error;
    }
    sqlstate_.clear();
    const Status done = attempt(writing, work);
    if (done.ok()) return {};
    const bool lost = connection_->lost();
    // Whoever holds the lock has been waited for already.
    if (!lost && sqlstate_ == "55P03") return done;
    const auto pause = pg_retry_pause(pg_retry_rule(sqlstate_, lost), tries);
    if (!pause) return done;
    std::this_thread::sleep_for(std::chrono::duration<double>(*pause));
  }
}

Status PgStateDatabase::attempt(Writing* writing, const std::function<Status()>& work) {
  const std::string settings = fmt::format(
      "ISOLATION LEVEL READ COMMITTED; SET LOCAL search_path TO {}; SET LOCAL bytea_output TO hex; "
      "SET LOCAL statement_timeout TO 0; SET LOCAL lock_timeout TO '{}s'; "
      "SET LOCAL idle_in_transaction_session_timeout TO '{}s'",
      PgName{"", home_.schema}.quoted(), kLockSeconds, kLeaseSeconds);
  auto transaction = PgTransaction::begin(*connection_, settings);
  if (!transaction.ok()) {
    sqlstate_ = connection_->sqlstate();
    return explained(transaction.error());
  }
  const Within within(within_);
  if (writing != nullptr) {
    RHUMB_ASSIGN(const bool done, begin_writing(*writing));
    if (done) return {};
  }
  RHUMB_TRY(work());
  return commit(*transaction, writing);
}

/// Takes the write lock. Whether the transaction was committed by a try whose answer was lost.
Result<bool> PgStateDatabase::begin_writing(const Writing& writing) {
  RHUMB_ASSIGN(const PgRows locked,
               query("SELECT pg_advisory_xact_lock(hashtextextended('rhumb state ' || $1, 0))",
                     {home_.schema}));
  static_cast<void>(locked);
  if (!writing.unsure) return false;
  RHUMB_ASSIGN(const PgRows found,
               query("SELECT number FROM writers WHERE writer = $1", {writer_}));
  return !found.empty() && found.integer(0, 0) == writing.number;
}

Status PgStateDatabase::commit(PgTransaction& transaction, Writing* writing) {
  if (writing != nullptr) {
    RHUMB_ASSIGN(
        const PgRows marked,
        query("INSERT INTO writers (writer, number, written_at) VALUES ($1, $2, clock_timestamp()) "
              "ON CONFLICT (writer) DO UPDATE SET number = excluded.number, "
              "written_at = excluded.written_at",
              {writer_, std::to_string(writing->number)}));
    static_cast<void>(marked);
  }
  const Status committed = transaction.commit();
  if (committed.ok()) return {};
  sqlstate_ = connection_->sqlstate();
  if (writing != nullptr) writing->unsure = writing->unsure || connection_->lost();
  return explained(committed.error());
}

Result<Micros> PgStateDatabase::now() {
  RHUMB_ASSIGN(const auto now,
               integer("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"));
  return now.value_or(0);
}

int64_t PgStateDatabase::newest_schema() const {
  return static_cast<int64_t>(pg_schema_steps().size());
}

Result<int64_t> PgStateDatabase::schema_version() {
  RHUMB_ASSIGN(const auto tables, integer("SELECT count(*) FROM pg_class c JOIN pg_namespace n "
                                          "ON n.oid = c.relnamespace WHERE n.nspname = ?",
                                          home_.schema));
  if (tables == 0) return 0;
  RHUMB_ASSIGN(const auto ours,
               integer("SELECT count(*) FROM pg_class c JOIN pg_namespace n "
                       "ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname IN "
                       "('store', 'writers')",
                       home_.schema));
  if (ours != 2) {
    return Error{Code::kState,
                 fmt::format("the schema {} is not Rhumb's: there is something else in it",
                             PgName{"", home_.schema}.text()),
                 "name another one under `store:`, `schema:`",
                 {}};
  }
  RHUMB_TRY(check_owner());
  RHUMB_ASSIGN(const auto version, integer("SELECT schema_version FROM store"));
  return version.value_or(0);
}

/// Two stores with one state would count each other's inputs.
Status PgStateDatabase::check_owner() {
  std::string id;
  std::string project;
  RHUMB_TRY(each("SELECT id, project FROM store", [&](const StateRow& row) {
    id = row.text(0);
    project = row.text(1);
  }));
  if (id == home_.id) return {};
  return Error{Code::kState,
               fmt::format("the schema {} holds the state of another store, of the project {}",
                           PgName{"", home_.schema}.text(), printable(project)),
               "name another one under `store:`, `schema:`; when that store is gone, or this one "
               "was restored from a backup, drop the schema",
               {}};
}

/// To make a schema needs a right that to fill an existing one does not.
Status PgStateDatabase::make_schema() {
  RHUMB_ASSIGN(const auto there,
               integer("SELECT 1 FROM pg_namespace WHERE nspname = ?", home_.schema));
  if (there) return {};
  RHUMB_ASSIGN(const PgRows made, query("CREATE SCHEMA " + PgName{"", home_.schema}.quoted(), {}));
  static_cast<void>(made);
  return {};
}

Status PgStateDatabase::upgrade_from(int64_t version) {
  if (version == 0) RHUMB_TRY(make_schema());
  const std::vector<std::string>& steps = pg_schema_steps();
  for (auto step = static_cast<size_t>(version); step < steps.size(); ++step) {
    const Status done = connection_->execute(steps[step]);
    if (!done.ok()) {
      sqlstate_ = connection_->sqlstate();
      return explained(done.error());
    }
  }
  if (version != 0) return execute("UPDATE store SET schema_version = ?", steps.size());
  return execute("INSERT INTO store (id, project, schema_version) VALUES (?, ?, ?)", home_.id,
                 home_.project, steps.size());
}

Result<std::string> PgStateDatabase::look() {
  RHUMB_ASSIGN(
      const PgRows found,
      ask("SELECT current_setting('server_version'), current_user, current_database(), "
          "pg_is_in_recovery(), has_database_privilege(current_database(), 'CREATE'), "
          "(SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE') "
          "FROM pg_namespace WHERE nspname = ?)",
          std::array<StateValue, 1>{std::string_view(home_.schema)}));
  const std::string where =
      fmt::format("PostgreSQL {}, user {}, database {}, schema {}", found.text(0, 0),
                  found.text(0, 1), found.text(0, 2), PgName{"", home_.schema}.text());
  if (found.boolean(0, 3)) {
    return Error{Code::kState,
                 where + ": a standby, which cannot be written to",
                 "name the connection to the primary server",
                 {}};
  }
  const bool there = !found.is_null(0, 5);
  if (there ? !found.boolean(0, 5) : !found.boolean(0, 4)) {
    return Error{Code::kRights,
                 where + (there ? ": may not use the schema" : ": may not create the schema"),
                 "rhumb doctor --grants ROLE prints what it needs",
                 {}};
  }
  RHUMB_ASSIGN(const int64_t version, schema_version());
  if (version > newest_schema()) {
    return Error{Code::kState,
                 fmt::format("{}: schema version {}, of a newer Rhumb", where, version),
                 "use the newer Rhumb",
                 {}};
  }
  return where + (version == 0 ? ", nothing there yet" : fmt::format(", version {}", version));
}

/// A change of type, even to the same one, writes the rows that are there into a new file, and no
/// dead ones; VACUUM FULL and CLUSTER keep those that an older transaction might still see.
Status PgStateDatabase::rewrite(const std::vector<std::string>& tables) {
  return write([&]() -> Status {
    for (const std::string& table : tables) {
      RHUMB_TRY(execute(
          fmt::format("ALTER TABLE {} ALTER COLUMN run TYPE text COLLATE \"C\" USING run || ''",
                      PgName{"", table}.quoted())));
    }
    return {};
  });
}

Status PgStateDatabase::copy_to(const std::filesystem::path& file) {
  RHUMB_ASSIGN(const auto copy, SqliteStateDatabase::open(file));
  return copy->write([&]() -> Status {
    RHUMB_TRY(copy->upgrade_from(0));
    return copy_tables(*this, *copy, *copy);
  });
}

Status PgStateDatabase::continue_numbers() {
  for (const char* column : {"inputs.key", "steps.id", "events.id", "quarantine.id", "pins.id"}) {
    const std::string_view name(column);
    const size_t dot = name.find('.');
    const std::string table(name.substr(0, dot));
    const std::string key(name.substr(dot + 1));
    RHUMB_TRY(execute(
        fmt::format("SELECT setval(pg_get_serial_sequence(?, ?), max({})) FROM {}", key, table),
        table, key));
  }
  return {};
}

}  // namespace rhumb
