#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "engine/duckdb/duckdb_engine.h"
#include "engine/duckdb/handles.h"
#include "engine/duckdb/lookup_store.h"
#include "engine/duckdb/statement.h"
#include "engine/duckdb/stream_function.h"

namespace rhumb {

/// Whether a result is collected before it is given out, or made as it is fetched.
enum class Delivery : uint8_t { kWhole, kStreaming };

/// One database in memory with one connection, set up and locked down, with our functions in it.
/// Not thread-safe, but for cancel() and progress().
class Session {
 public:
  static Result<std::unique_ptr<Session>> open(const DuckdbOptions& options);

  /// A statement of any kind.
  Result<PreparedHandle> prepare(const SqlText& sql);
  /// The user's statement, which must be one SELECT without names that the catalogue refuses.
  Result<PreparedHandle> prepare_select(const std::string& sql);
  /// Whether the text is one statement at all; its kind is seen only when it is prepared.
  Status check_single_statement(const std::string& sql);

  Result<ResultHandle> run(const SqlText& sql, const std::vector<std::string>& parameters = {},
                           Delivery delivery = Delivery::kWhole);
  /// The statement's syntax tree as JSON, or the JSON of an error.
  Result<std::string> serialized(const std::string& sql);
  /// The single value of a statement of ours as text, "" for NULL.
  Result<std::string> text_of(const SqlText& sql, const std::vector<std::string>& parameters = {});
  Status execute(std::string sql);
  /// Runs also after a cancel(), for what must be put back; false when the engine refuses.
  bool execute_regardless(const std::string& sql);
  /// The error that a result met while it was fetched, or success at its end.
  Status fetch_status(ResultHandle& result, const SqlText& sql);

  /// Forgets an earlier cancel(); at the start of each call from outside.
  void begin() { cancelled_.reset(); }
  /// Thread-safe: the running statement ends with kCancelled.
  void cancel();
  [[nodiscard]] uint64_t memory_limit() const { return whole_memory_; }
  /// For what does not fit into memory.
  [[nodiscard]] const std::string& temp_directory() const { return temp_directory_; }
  /// Thread-safe, also while a statement runs.
  Status limit_memory(uint64_t bytes);
  /// Thread-safe: 0 to 1, -1 = unknown.
  [[nodiscard]] double progress() const;

  [[nodiscard]] StreamSlot& stream_slot() { return stream_slot_; }
  [[nodiscard]] LookupStore& lookups() { return lookups_; }
  /// Set by cancel(), for work of ours that the engine does not know of.
  [[nodiscard]] const CancelFlag& cancel_flag() const { return cancelled_; }
  [[nodiscard]] int threads() const { return threads_; }

  /// Bytes of its memory that the engine does not use now and nothing else has taken.
  Result<uint64_t> free_memory();
  /// Takes what the lookups have from the engine's memory; kOutOfMemory when it needs that itself.
  Status make_room_for_lookups();

 private:
  Session() = default;
  Status set_up(const DuckdbOptions& options);
  Status lock_down(const DuckdbOptions& options);
  Status register_functions();
  Result<ResultHandle> start(const PreparedHandle& prepared, const SqlText& sql,
                             const std::vector<std::string>& parameters, Delivery delivery);
  Result<ResultHandle> finish(PendingHandle& pending, const SqlText& sql);
  // Returns when no thread of the engine works on a statement any more.
  void settle();
  Result<std::string> single_value(ResultHandle& result, const SqlText& sql);

  // Outlive the database, whose functions point to them.
  StreamSlot stream_slot_;
  LookupStore lookups_;
  DatabaseHandle database_;
  ConnectionHandle connection_;
  PreparedHandle serialize_;  ///< planning it each time costs more than running it
  CancelFlag cancelled_;
  // Settings can be changed beside a running statement, but not over its connection.
  ConnectionHandle control_;
  uint64_t whole_memory_ = 0;  ///< what memory_ is unless somebody limits it
  std::string temp_directory_;
  std::mutex memory_mutex_;
  uint64_t memory_ = 0;  ///< bytes, of the engine and the lookups together; guarded
  int threads_ = 1;
};

/// A setting that differs from its default while this lives.
class SettingScope {
 public:
  /// `value` and `standard` are SQL.
  static Result<SettingScope> enter(Session& session, const std::string& name,
                                    const std::string& value, const std::string& standard);
  SettingScope(SettingScope&& other) noexcept
      : session_(std::exchange(other.session_, nullptr)), undo_(std::move(other.undo_)) {}
  SettingScope& operator=(SettingScope&&) = delete;
  ~SettingScope();

 private:
  SettingScope(Session& session, std::string undo) : session_(&session), undo_(std::move(undo)) {}
  Session* session_;
  std::string undo_;
};

}  // namespace rhumb
