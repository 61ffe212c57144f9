#include "engine/duckdb/session.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/duckdb/cell_functions.h"
#include "engine/duckdb/errors.h"
#include "engine/duckdb/h3_functions.h"
#include "engine/duckdb/lookup_functions.h"
#include "engine/duckdb/measure_functions.h"
#include "engine/duckdb/percentile_function.h"
#include "engine/duckdb/scalar_functions.h"
#include "engine/duckdb/vectors.h"
#include "engine/functions/catalogue.h"

namespace rhumb {
namespace {

constexpr uint64_t kMostMemoryUnasked = uint64_t{4} << 30U;

uint64_t default_memory() {
  const auto pages = static_cast<uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
  const auto page = static_cast<uint64_t>(std::max(0L, ::sysconf(_SC_PAGESIZE)));
  return std::min(kMostMemoryUnasked, pages * page / 10 * 6);
}

Error not_one_select(std::string message) {
  return Error{Code::kBadSql, std::move(message),
               "a model is one SELECT (WITH ... SELECT included)",
               Place{.file = "", .line = 1, .column = 1}};
}

// What the engine also takes for a query (PRAGMA, SHOW) would show its inside.
bool begins_query(std::string_view word) {
  constexpr std::string_view kFirst[] = {"select", "with",     "from",      "values",
                                         "table",  "describe", "summarize", "("};
  return std::any_of(std::begin(kFirst), std::end(kFirst),
                     [&](std::string_view first) { return equals_ignoring_case(first, word); });
}

std::optional<Error> refused_name(const std::string& sql) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (sql[tokens[i + 1].begin] != '(') continue;
    std::string_view name(sql.data() + tokens[i].begin, tokens[i].end - tokens[i].begin);
    if (tokens[i].kind == SqlToken::Kind::kQuotedName) name = name.substr(1, name.size() - 2);
    const FunctionDoc* function = find_function(name);
    if (function == nullptr || function->form != FunctionForm::kRefused) continue;
    const std::string doc(function->doc);
    const size_t cut = doc.find("; ");
    return Error{Code::kNotSupported, doc.substr(0, cut), doc.substr(cut + 2),
                 place_at(sql, tokens[i].begin)};
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(const DuckdbOptions& options) {
  auto session = std::unique_ptr<Session>(new Session());
  RHUMB_TRY(session->set_up(options));
  RHUMB_TRY(session->register_functions());
  RHUMB_TRY(session->lock_down(options));
  return session;
}

Status Session::set_up(const DuckdbOptions& options) {
  ConfigHandle config;
  duckdb_create_config(config.out());
  whole_memory_ = options.memory_limit > 0 ? options.memory_limit : default_memory();
  memory_ = whole_memory_;
  duckdb_set_config(config.get(), "memory_limit", fmt::format("{} B", memory_).c_str());
  threads_ = options.threads > 0
                 ? options.threads
                 : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (options.threads > 0) {
    duckdb_set_config(config.get(), "threads", std::to_string(options.threads).c_str());
  }
  temp_directory_ = options.temp_directory;
  duckdb_set_config(config.get(), "temp_directory", temp_directory_.c_str());
  // Checking the signature of the one extension takes 0.25 s of every start; its SHA-256 was
  // checked when it was fetched, and no other can be loaded.
  duckdb_set_config(config.get(), "allow_unsigned_extensions", "true");
  // The user's own DuckDB is none of our business.
  duckdb_set_config(config.get(), "allow_persistent_secrets", "false");
  duckdb_set_config(config.get(), "allow_community_extensions", "false");
  char* raw = nullptr;
  const bool opened =
      duckdb_open_ext(nullptr, database_.out(), config.get(), &raw) == DuckDBSuccess;
  const std::string message = take_text(raw);
  if (!opened || duckdb_connect(database_.get(), connection_.out()) != DuckDBSuccess ||
      duckdb_connect(database_.get(), control_.out()) != DuckDBSuccess) {
    return Error{Code::kEngine, "the embedded engine does not start: " + message, "", {}};
  }
  RHUMB_TRY(execute("SET errors_as_json = true"));
  if (Status loaded = execute("LOAD " + quote_literal(options.spatial_extension)); !loaded.ok()) {
    return Error{
        Code::kEngine,
        fmt::format("the engine's spatial extension does not load: {}", loaded.error().message),
        "rhumb doctor says what is missing",
        {}};
  }
  if (const Status zone = execute("SET TimeZone = " + quote_literal(options.timezone));
      !zone.ok()) {
    return Error{Code::kBadValue,
                 fmt::format("`{}` is not a time zone", options.timezone),
                 "write an IANA name such as Europe/Rome",
                 {}};
  }
  return {};
}

Status Session::register_functions() {
  RHUMB_TRY(register_stream_function(connection_.get(), stream_slot_));
  RHUMB_TRY(register_scalar_functions(connection_.get()));
  RHUMB_TRY(register_measure_functions(connection_.get()));
  RHUMB_TRY(register_cell_functions(connection_.get()));
  RHUMB_TRY(register_percentile_function(connection_.get()));
  RHUMB_TRY(register_h3_functions(connection_.get()));
  RHUMB_TRY(register_lookup_functions(connection_.get(), lookups_));
  for (const FunctionDoc& function : function_catalogue()) {
    if (function.form != FunctionForm::kMacro) continue;
    RHUMB_TRY(execute(fmt::format("CREATE MACRO {} {}", function.name, function.implementation)));
  }
  RHUMB_TRY(execute("CREATE SCHEMA rhumb_raw"));
  return execute("CREATE SCHEMA rhumb_lookup");
}

Status Session::lock_down(const DuckdbOptions& options) {
  const std::string settings[] = {
      // Longitude first everywhere, whatever the definition of a coordinate system says.
      "SET geometry_always_xy = true",
      "SET enable_progress_bar = true",
      "SET enable_progress_bar_print = false",
      "SET progress_bar_time = 0",
      "SET autoinstall_known_extensions = false",
      "SET autoload_known_extensions = false",
      fmt::format("SET allowed_directories = [{}]",
                  options.readable_folder.empty() ? "" : quote_literal(options.readable_folder)),
      // The last one: it cannot be taken back, and fixes the one before it. SET itself is out of
      // reach of users, whose statements are SELECTs.
      "SET enable_external_access = false",
  };
  for (const std::string& setting : settings) RHUMB_TRY(execute(setting));
  return {};
}

Result<PreparedHandle> Session::prepare(const SqlText& sql) {
  if (sql.text.find('\0') != std::string::npos) {
    return Error{Code::kBadSql, "the statement contains a NUL byte", "remove it",
                 place_at(sql.text, sql.text.find('\0'))};
  }
  PreparedHandle prepared;
  if (duckdb_prepare(connection_.get(), sql.text.c_str(), prepared.out()) == DuckDBSuccess) {
    return prepared;
  }
  const char* message = duckdb_prepare_error(prepared.get());
  return engine_error(message == nullptr ? "" : message, sql, Phase::kPreparing);
}

Status Session::check_single_statement(const std::string& sql) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  if (tokens.empty()) return not_one_select("there is no statement");
  const SqlText text = SqlText::plain(sql);
  const std::string_view first =
      text.user().substr(tokens[0].begin, tokens[0].end - tokens[0].begin);
  ExtractedHandle statements;
  const idx_t count = duckdb_extract_statements(connection_.get(), sql.c_str(), statements.out());
  if (count == 0) {
    const char* message = duckdb_extract_statements_error(statements.get());
    if (message == nullptr) return not_one_select("there is no statement");
    return engine_error(message, text, Phase::kPreparing);
  }
  if (equals_ignoring_case(first, "pivot")) {
    return Error{
        Code::kNotSupported, "PIVOT as a statement is not supported",
        "name its values inside FROM: SELECT ... FROM (PIVOT t ON column IN (...) USING ...)",
        place_at(sql, tokens[0].begin)};
  }
  if (count > 1) {
    return not_one_select(fmt::format("there are {} statements, expected one", count));
  }
  if (!begins_query(first)) return not_one_select("the statement is not a SELECT");
  return {};
}

Result<PreparedHandle> Session::prepare_select(const std::string& sql) {
  if (sql.find('\0') == std::string::npos) RHUMB_TRY(check_single_statement(sql));
  if (auto refused = refused_name(sql)) return *std::move(refused);
  RHUMB_ASSIGN(PreparedHandle prepared, prepare(SqlText::plain(sql)));
  if (duckdb_prepared_statement_type(prepared.get()) != DUCKDB_STATEMENT_TYPE_SELECT) {
    return not_one_select("the statement is not a SELECT");
  }
  return prepared;
}

Result<ResultHandle> Session::run(const SqlText& sql, const std::vector<std::string>& parameters,
                                  Delivery delivery) {
  RHUMB_ASSIGN(const PreparedHandle prepared, prepare(sql));
  return start(prepared, sql, parameters, delivery);
}

Result<ResultHandle> Session::start(const PreparedHandle& prepared, const SqlText& sql,
                                    const std::vector<std::string>& parameters, Delivery delivery) {
  const idx_t wanted = duckdb_nparams(prepared.get());
  if (wanted > parameters.size()) {
    return Error{
        Code::kBadSql,
        fmt::format("the statement has {} parameters, {} were given", wanted, parameters.size()),
        "",
        {}};
  }
  for (idx_t i = 0; i < wanted; ++i) {
    duckdb_bind_varchar_length(prepared.get(), i + 1, parameters[i].data(), parameters[i].size());
  }
  PendingHandle pending;
  const auto begin = delivery == Delivery::kStreaming ? duckdb_pending_prepared_streaming
                                                      : duckdb_pending_prepared;
  if (begin(prepared.get(), pending.out()) != DuckDBSuccess) {
    return engine_error(duckdb_pending_error(pending.get()), sql, Phase::kRunning);
  }
  return finish(pending, sql);
}

Result<ResultHandle> Session::finish(PendingHandle& pending, const SqlText& sql) {
  // Step by step, so that a cancel() is seen whenever it comes: the engine itself forgets one that
  // comes just before it starts.
  for (;;) {
    if (cancelled_.requested()) {
      duckdb_interrupt(connection_.get());
      settle();
      return Error{Code::kCancelled, "cancelled", "", {}};
    }
    const duckdb_pending_state state = duckdb_pending_execute_task(pending.get());
    if (state == DUCKDB_PENDING_ERROR) {
      return engine_error(duckdb_pending_error(pending.get()), sql, Phase::kRunning);
    }
    if (duckdb_pending_execution_is_finished(state)) break;
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }
  ResultHandle result;
  if (duckdb_execute_pending(pending.get(), result.get()) == DuckDBSuccess) return result;
  return engine_error(duckdb_result_error(result.get()), sql, Phase::kRunning);
}

Status Session::fetch_status(ResultHandle& result, const SqlText& sql) {
  const char* message = duckdb_result_error(result.get());
  if (message == nullptr || *message == '\0') return {};
  return engine_error(message, sql, Phase::kRunning);
}

Status Session::execute(std::string sql) {
  RHUMB_TRY(run(SqlText::internal(std::move(sql))));
  return {};
}

bool Session::execute_regardless(const std::string& sql) {
  ResultHandle result;
  return duckdb_query(connection_.get(), sql.c_str(), result.get()) == DuckDBSuccess;
}

void Session::settle() {
  // The engine waits for the threads of a statement that was left when the next one is parsed.
  execute_regardless("");
}

Result<std::string> Session::text_of(const SqlText& sql,
                                     const std::vector<std::string>& parameters) {
  RHUMB_ASSIGN(ResultHandle result, run(sql, parameters));
  return single_value(result, sql);
}

Result<std::string> Session::serialized(const std::string& sql) {
  const SqlText text = SqlText::internal("SELECT json_serialize_sql(CAST($1 AS VARCHAR))");
  if (serialize_.get() == nullptr) {
    RHUMB_ASSIGN(serialize_, prepare(text));
  }
  RHUMB_ASSIGN(ResultHandle result, start(serialize_, text, {sql}, Delivery::kWhole));
  return single_value(result, text);
}

Result<std::string> Session::single_value(ResultHandle& result, const SqlText& sql) {
  const ChunkHandle chunk = result.next();
  RHUMB_TRY(fetch_status(result, sql));
  if (!chunk || duckdb_data_chunk_get_size(chunk.get()) == 0) return std::string();
  const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), 0);
  return is_valid_at(vector, 0) ? std::string(bytes_at(vector, 0)) : std::string();
}

void Session::cancel() {
  cancelled_.request();
  duckdb_interrupt(connection_.get());
}

double Session::progress() const {
  const double percentage = duckdb_query_progress(connection_.get()).percentage;
  return percentage < 0 ? -1 : percentage / 100;
}

Result<uint64_t> Session::free_memory() {
  RHUMB_ASSIGN(const std::string text,
               text_of(SqlText::internal(
                   "SELECT CAST(sum(memory_usage_bytes) AS VARCHAR) FROM duckdb_memory()")));
  uint64_t used = 0;
  std::from_chars(text.data(), text.data() + text.size(), used);
  const std::scoped_lock lock(memory_mutex_);
  used += lookups_.bytes();
  return used < memory_ ? memory_ - used : 0;
}

Status Session::limit_memory(uint64_t bytes) {
  const std::scoped_lock lock(memory_mutex_);
  const uint64_t taken = lookups_.bytes();
  const std::string setting =
      fmt::format("SET memory_limit = '{} B'", bytes - std::min(bytes, taken));
  ResultHandle result;
  if (taken < bytes &&
      duckdb_query(control_.get(), setting.c_str(), result.get()) == DuckDBSuccess) {
    memory_ = bytes;
    return {};
  }
  return Error{Code::kOutOfMemory,
               fmt::format("more than {} MiB of the engine's memory are in use", bytes >> 20U),
               "",
               {}};
}

Status Session::make_room_for_lookups() {
  const std::scoped_lock lock(memory_mutex_);
  const uint64_t taken = lookups_.bytes();
  if (taken < memory_ &&
      execute_regardless(fmt::format("SET memory_limit = '{} B'", memory_ - taken))) {
    return {};
  }
  return Error{Code::kOutOfMemory,
               fmt::format("the indexes of spatial joins take {} of the engine's {} MiB, and it "
                           "cannot do with the rest",
                           taken >> 20U, memory_ >> 20U),
               "raise `memory_limit` in rhumb.yaml",
               {}};
}

Result<SettingScope> SettingScope::enter(Session& session, const std::string& name,
                                         const std::string& value, const std::string& standard) {
  RHUMB_TRY(session.execute(fmt::format("SET {} = {}", name, value)));
  return SettingScope(session, fmt::format("SET {} = {}", name, standard));
}

SettingScope::~SettingScope() {
  if (session_ != nullptr) session_->execute_regardless(undo_);
}

}  // namespace rhumb
