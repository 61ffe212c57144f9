#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace rhumb {

/// A table within a flatbuffer that nobody has checked: every access looks whether it stays inside
/// the buffer, and gives nothing when it does not. A damaged buffer can give wrong values, never
/// foreign ones. Cheap to copy; the bytes must outlive it.
/// Source: FlatBuffers, "FlatBuffer Internals".
class FlatTable {
 public:
  /// The root table of a buffer without its size prefix.
  static std::optional<FlatTable> root(std::string_view buffer);

  /// A scalar field; `fallback` when the table leaves it out. Nothing when it lies outside.
  template <typename T>
  [[nodiscard]] std::optional<T> scalar(size_t field, T fallback) const {
    const auto at = place(field);
    if (!at) return std::nullopt;
    if (*at == 0) return fallback;
    if (*at + sizeof(T) > buffer_.size()) return std::nullopt;
    return little_endian_at<T>(buffer_, *at);
  }

  /// The bytes of a vector field of items of that size; empty when it is left out.
  [[nodiscard]] std::optional<std::string_view> vector(size_t field, size_t item_bytes) const;
  [[nodiscard]] std::optional<std::string_view> text(size_t field) const {
    return vector(field, 1);
  }

  /// A table in a field; `present` says whether there is one.
  [[nodiscard]] std::optional<FlatTable> table(size_t field, bool& present) const;
  /// Item `index` of a vector of tables. REQUIRES: index < tables(field)
  [[nodiscard]] std::optional<FlatTable> table_at(size_t field, size_t index) const;
  [[nodiscard]] std::optional<size_t> tables(size_t field) const;

 private:
  FlatTable(std::string_view buffer, size_t at) : buffer_(buffer), at_(at) {}
  static std::optional<FlatTable> make(std::string_view buffer, size_t at);
  /// Where the field's value stands; 0 = left out.
  [[nodiscard]] std::optional<size_t> place(size_t field) const;
  /// Where an offset stored at `at` points to.
  [[nodiscard]] std::optional<size_t> follow(size_t at) const;

  std::string_view buffer_;
  size_t at_;          // of the table
  size_t vtable_ = 0;  // of its list of fields
  size_t vtable_bytes_ = 0;
};

}  // namespace rhumb
