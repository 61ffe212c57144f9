#pragma once

#include <string_view>

#include <duckdb.h>

#include "engine/duckdb/vectors.h"

namespace rhumb {

/// One call of a scalar function: a chunk of arguments, flattened by the engine, and the vector of
/// results.
class ScalarCall {
 public:
  ScalarCall(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result)
      : info_(info),
        arguments_(arguments),
        result_(result),
        columns_(duckdb_data_chunk_get_column_count(arguments)) {}

  [[nodiscard]] idx_t rows() const { return duckdb_data_chunk_get_size(arguments_); }
  [[nodiscard]] idx_t argument_count() const { return columns_; }
  [[nodiscard]] duckdb_vector result() const { return result_; }
  [[nodiscard]] duckdb_vector argument(idx_t column) const {
    return duckdb_data_chunk_get_vector(arguments_, column);
  }
  [[nodiscard]] std::string_view bytes(idx_t column, idx_t row) const {
    return bytes_at(argument(column), row);
  }
  template <typename T>
  [[nodiscard]] T value(idx_t column, idx_t row) const {
    return static_cast<const T*>(duckdb_vector_get_data(argument(column)))[row];
  }
  template <typename T>
  void set(idx_t row, T value) {
    static_cast<T*>(duckdb_vector_get_data(result_))[row] = value;
  }
  void set_null(idx_t row) { rhumb::set_null(result_, row); }
  /// Ends the statement; the rest of the results is ignored.
  void fail(const char* message) {
    duckdb_scalar_function_set_error(info_, message);
    failed_ = true;
  }

  /// Calls `one(*this, row)` for the rows without a null argument; the others give NULL.
  template <typename One>
  void each(One one) {
    for (idx_t row = 0; row < rows() && !failed_; ++row) {
      if (has_null(row)) {
        set_null(row);
      } else {
        one(*this, row);
      }
    }
  }

 private:
  [[nodiscard]] bool has_null(idx_t row) const {
    for (idx_t column = 0; column < columns_; ++column) {
      if (!is_valid_at(argument(column), row)) return true;
    }
    return false;
  }

  duckdb_function_info info_;
  duckdb_data_chunk arguments_;
  duckdb_vector result_;
  idx_t columns_;
  bool failed_ = false;
};

}  // namespace rhumb
