#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <duckdb.h>

#include "engine/duckdb/vectors.h"

namespace rhumb {

/// A vector of arguments, read in place.
template <typename T>
class Argument {
 public:
  explicit Argument(duckdb_vector vector)
      : values_(static_cast<const T*>(duckdb_vector_get_data(vector))),
        validity_(duckdb_vector_get_validity(vector)) {}
  Argument(duckdb_data_chunk arguments, idx_t column)
      : Argument(duckdb_data_chunk_get_vector(arguments, column)) {}

  [[nodiscard]] bool is_null(idx_t row) const {
    return validity_ != nullptr && (validity_[row / 64] >> (row % 64) & 1U) == 0;
  }
  [[nodiscard]] const T& operator[](idx_t row) const { return values_[row]; }

 private:
  const T* values_;
  const uint64_t* validity_;
};

/// One call of a scalar function: a chunk of arguments, flattened by the engine, and the vector of
/// results.
class ScalarCall {
 public:
  ScalarCall(duckdb_function_info info, duckdb_data_chunk arguments, duckdb_vector result)
      : info_(info),
        result_(result),
        result_data_(duckdb_vector_get_data(result)),
        rows_(duckdb_data_chunk_get_size(arguments)) {
    const idx_t columns = duckdb_data_chunk_get_column_count(arguments);
    for (idx_t i = 0; i < columns; ++i) {
      const duckdb_vector vector = duckdb_data_chunk_get_vector(arguments, i);
      columns_.push_back({duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector)});
    }
  }

  [[nodiscard]] idx_t rows() const { return rows_; }
  [[nodiscard]] idx_t argument_count() const { return columns_.size(); }
  [[nodiscard]] duckdb_vector result() const { return result_; }
  [[nodiscard]] bool is_null(idx_t column, idx_t row) const {
    const uint64_t* const validity = columns_[column].validity;
    return validity != nullptr && (validity[row / 64] >> (row % 64) & 1U) == 0;
  }
  [[nodiscard]] std::string_view bytes(idx_t column, idx_t row) const {
    return bytes_of(static_cast<const duckdb_string_t*>(columns_[column].values)[row]);
  }
  template <typename T>
  [[nodiscard]] T value(idx_t column, idx_t row) const {
    return static_cast<const T*>(columns_[column].values)[row];
  }
  template <typename T>
  void set(idx_t row, T value) {
    static_cast<T*>(result_data_)[row] = value;
  }
  void set_bytes(idx_t row, std::string_view bytes) { rhumb::set_bytes(result_, row, bytes); }
  void set_null(idx_t row) { rhumb::set_null(result_, row); }
  /// Ends the statement; the rest of the results is ignored. A second line of the message is the
  /// hint.
  void fail(const std::string& message) {
    duckdb_scalar_function_set_error(info_, message.c_str());
    failed_ = true;
  }

  /// Calls `one(*this, row)` for the rows without a null argument; the others give NULL.
  template <typename One>
  void each(One one) {
    for (idx_t row = 0; row < rows_ && !failed_; ++row) {
      if (has_null(row)) {
        set_null(row);
      } else {
        one(*this, row);
      }
    }
  }

 private:
  struct Column {
    const void* values;
    const uint64_t* validity;
  };

  [[nodiscard]] bool has_null(idx_t row) const {
    for (idx_t column = 0; column < columns_.size(); ++column) {
      if (is_null(column, row)) return true;
    }
    return false;
  }

  duckdb_function_info info_;
  duckdb_vector result_;
  void* result_data_;
  idx_t rows_;
  std::vector<Column> columns_;
  bool failed_ = false;
};

}  // namespace rhumb
