#pragma once

#include <memory>
#include <string>
#include <utility>

#include <duckdb.h>

namespace rhumb {

/// Owns one object of the engine's C interface, whose destroyers all take a pointer to the handle
/// and reset it. Move-only.
template <typename T, auto Destroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T value) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, T{})) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      value_ = std::exchange(other.value_, T{});
    }
    return *this;
  }
  ~Handle() { reset(); }

  [[nodiscard]] T get() const { return value_; }
  explicit operator bool() const { return value_ != T{}; }
  /// For functions that return an object through a pointer.
  [[nodiscard]] T* out() {
    reset();
    return &value_;
  }
  void reset() {
    if (value_ != T{}) Destroy(&value_);
    value_ = T{};
  }

 private:
  T value_{};
};

using DatabaseHandle = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = Handle<duckdb_config, duckdb_destroy_config>;
using ExtractedHandle = Handle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using PreparedHandle = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using PendingHandle = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using LogicalTypeHandle = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ChunkHandle = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using ScalarFunctionHandle = Handle<duckdb_scalar_function, duckdb_destroy_scalar_function>;
using ScalarFunctionSetHandle =
    Handle<duckdb_scalar_function_set, duckdb_destroy_scalar_function_set>;
using AggregateFunctionHandle =
    Handle<duckdb_aggregate_function, duckdb_destroy_aggregate_function>;
using TableFunctionHandle = Handle<duckdb_table_function, duckdb_destroy_table_function>;

/// A result is a struct by value; it is destroyed even when it holds only an error.
class ResultHandle {
 public:
  ResultHandle() = default;
  ResultHandle(ResultHandle&& other) noexcept
      : result_(std::exchange(other.result_, duckdb_result{})) {}
  ResultHandle& operator=(ResultHandle&& other) noexcept {
    std::swap(result_, other.result_);
    return *this;
  }
  ~ResultHandle() { duckdb_destroy_result(&result_); }

  [[nodiscard]] duckdb_result* get() { return &result_; }
  /// The next rows, or nothing at the end (or after an error: ask duckdb_result_error).
  [[nodiscard]] ChunkHandle next() { return ChunkHandle(duckdb_fetch_chunk(result_)); }

 private:
  duckdb_result result_{};
};

/// Text that the engine allocated; "" for none.
inline std::string take_text(char* text) {
  if (text == nullptr) return {};
  std::string out(text);
  duckdb_free(text);
  return out;
}

/// Name of a column that a prepared statement will give.
inline std::string take_name(duckdb_prepared_statement statement, idx_t column) {
  const char* name = duckdb_prepared_statement_column_name(statement, column);
  std::string out(name == nullptr ? "" : name);
  duckdb_free(const_cast<char*>(name));
  return out;
}

}  // namespace rhumb
