#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "component/schema.h"

namespace rhumb {

/// Rows per batch: the embedded engine's vector size, so that a batch becomes one chunk.
inline constexpr size_t kBatchRows = 2048;

/// One column of a batch, laid out as Arrow does: a validity bitmap (least significant bit first,
/// 1 = present), then either fixed-width little-endian values or 64-bit offsets into `bytes`.
/// Boolean values take one byte each. A null keeps a slot (zeros, or an empty range).
///
/// Invariant: after n appends, fixed-width columns hold n * fixed_width(type) bytes in `values`;
/// variable-width ones hold n + 1 offsets. Not thread-safe.
class ColumnData {
 public:
  explicit ColumnData(TypeId type) : type_(type), width_(fixed_width(type)) { clear(); }

  [[nodiscard]] TypeId type() const { return type_; }
  [[nodiscard]] size_t rows() const { return rows_; }
  [[nodiscard]] size_t null_count() const { return nulls_; }
  [[nodiscard]] bool is_null(size_t row) const {
    return (validity_[row / 64] >> (row % 64) & 1U) == 0;
  }

  template <typename T>
  void append(T value) {
    const size_t at = values_.size();
    values_.resize(at + sizeof(T));
    std::memcpy(values_.data() + at, &value, sizeof(T));
    mark_valid();
  }
  void append_bytes(std::string_view value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    offsets_.push_back(bytes_.size());
    mark_valid();
  }
  void append_null();

  /// REQUIRES: the column is fixed-width and T its value type; row < rows()
  template <typename T>
  [[nodiscard]] T value(size_t row) const {
    T out;
    std::memcpy(&out, values_.data() + row * sizeof(T), sizeof(T));
    return out;
  }
  /// REQUIRES: the column is variable-width; row < rows(). Valid until the next append or clear.
  [[nodiscard]] std::string_view bytes(size_t row) const {
    return {bytes_.data() + offsets_[row], offsets_[row + 1] - offsets_[row]};
  }

  [[nodiscard]] const uint64_t* validity() const { return validity_.data(); }
  [[nodiscard]] const char* values() const { return values_.data(); }

  /// Keeps the capacity, so that a reused batch allocates nothing.
  void clear();
  /// Drops the last row; for a decoder that finds a later field of the same record bad.
  void pop_back();

 private:
  void mark_valid() {
    if (rows_ % 64 == 0) validity_.push_back(0);
    validity_[rows_ / 64] |= uint64_t{1} << (rows_ % 64);
    ++rows_;
  }

  TypeId type_;
  size_t width_;
  size_t rows_ = 0;
  size_t nulls_ = 0;
  std::vector<uint64_t> validity_;
  std::vector<char> values_;
  std::vector<uint64_t> offsets_;
  std::vector<char> bytes_;
};

/// Up to kBatchRows rows of one schema. Not thread-safe.
struct Batch {
  explicit Batch(const Schema& schema);

  [[nodiscard]] size_t rows() const { return columns.empty() ? 0 : columns.front().rows(); }
  void clear();

  std::vector<ColumnData> columns;
};

}  // namespace rhumb
