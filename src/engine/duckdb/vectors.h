#pragma once

#include <string_view>

#include <duckdb.h>

#include "component/batch.h"
#include "component/schema.h"

namespace rhumb {

/// The bytes of a string slot; valid as long as the slot and its vector.
[[nodiscard]] inline std::string_view bytes_of(const duckdb_string_t& slot) {
  constexpr uint32_t kMostInlined = sizeof slot.value.inlined.inlined;
  const uint32_t length = slot.value.inlined.length;
  return {length <= kMostInlined ? slot.value.inlined.inlined : slot.value.pointer.ptr, length};
}
[[nodiscard]] std::string_view bytes_at(duckdb_vector vector, idx_t row);
[[nodiscard]] bool is_valid_at(duckdb_vector vector, idx_t row);
void set_null(duckdb_vector vector, idx_t row);
/// The bytes are copied and not checked.
void set_bytes(duckdb_vector vector, idx_t row, std::string_view bytes);
/// The child of a list vector, which gets room for `size` elements in all.
[[nodiscard]] duckdb_vector make_list(duckdb_vector list, size_t size);

/// Copies a column into a vector of stream_type(type).
void fill_vector(const ColumnData& column, const Type& type, duckdb_vector vector);

/// Appends `rows` values of a vector, whose type is that of a ResultColumn after its cast.
void append_vector(duckdb_vector vector, const Type& type, idx_t rows, ColumnData& out);

}  // namespace rhumb
