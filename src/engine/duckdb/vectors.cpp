#include "engine/duckdb/vectors.h"

#include <bit>
#include <cstring>

#include "engine/duckdb/handles.h"

namespace rhumb {
namespace {

static_assert(sizeof(duckdb_hugeint) == 16, "a decimal or UUID between rooms has 16 bytes");

// The engine orders UUIDs as signed integers, so it keeps their first bit flipped.
constexpr uint64_t kUuidSign = uint64_t{1} << 63;

uint64_t big_endian(const char* bytes) {
  uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return __builtin_bswap64(value);
}

duckdb_hugeint uuid_to_engine(const char* bytes) {
  return duckdb_hugeint{.lower = big_endian(bytes + 8),
                        .upper = std::bit_cast<int64_t>(big_endian(bytes) ^ kUuidSign)};
}

// Both halves as big-endian bytes, in the order they are written.
struct UuidBytes {
  uint64_t first = 0;
  uint64_t second = 0;
};

UuidBytes uuid_from_engine(duckdb_hugeint value) {
  return UuidBytes{.first = __builtin_bswap64(std::bit_cast<uint64_t>(value.upper) ^ kUuidSign),
                   .second = __builtin_bswap64(value.lower)};
}

// Narrow decimals are narrow integers inside the engine.
duckdb_type decimal_storage(const Type& type) {
  if (type.precision == 0 || type.precision > 18) return DUCKDB_TYPE_HUGEINT;
  if (type.precision > 9) return DUCKDB_TYPE_BIGINT;
  return type.precision > 4 ? DUCKDB_TYPE_INTEGER : DUCKDB_TYPE_SMALLINT;
}

template <typename T>
void fill_narrow(const ColumnData& column, void* data) {
  T* const out = static_cast<T*>(data);
  for (size_t row = 0; row < column.rows(); ++row) {
    out[row] = static_cast<T>(column.value<duckdb_hugeint>(row).lower);
  }
}

void fill_decimals(const ColumnData& column, const Type& type, void* data) {
  switch (decimal_storage(type)) {
    case DUCKDB_TYPE_SMALLINT:
      return fill_narrow<int16_t>(column, data);
    case DUCKDB_TYPE_INTEGER:
      return fill_narrow<int32_t>(column, data);
    case DUCKDB_TYPE_BIGINT:
      return fill_narrow<int64_t>(column, data);
    default:
      std::memcpy(data, column.values(), column.rows() * sizeof(duckdb_hugeint));
  }
}

void fill_values(const ColumnData& column, const Type& type, duckdb_vector vector) {
  void* const data = duckdb_vector_get_data(vector);
  const size_t width = fixed_width(type.id);
  if (type.id == TypeId::kDecimal) {
    fill_decimals(column, type, data);
  } else if (type.id == TypeId::kUuid) {
    auto* const out = static_cast<duckdb_hugeint*>(data);
    for (size_t row = 0; row < column.rows(); ++row) {
      out[row] = uuid_to_engine(column.values() + row * width);
    }
  } else if (width > 0) {
    std::memcpy(data, column.values(), column.rows() * width);
  } else {
    for (size_t row = 0; row < column.rows(); ++row) {
      if (!column.is_null(row)) set_bytes(vector, row, column.bytes(row));
    }
  }
}

template <typename T>
void append_values(const void* data, const uint64_t* validity, idx_t rows, ColumnData& out) {
  const T* const values = static_cast<const T*>(data);
  for (idx_t row = 0; row < rows; ++row) {
    if (validity != nullptr && (validity[row / 64] >> (row % 64) & 1U) == 0) {
      out.append_null();
    } else {
      out.append(values[row]);
    }
  }
}

template <typename T, typename Convert>
void append_converted(duckdb_vector vector, idx_t rows, ColumnData& out, Convert convert) {
  const T* const values = static_cast<const T*>(duckdb_vector_get_data(vector));
  for (idx_t row = 0; row < rows; ++row) {
    if (is_valid_at(vector, row)) {
      out.append(convert(values[row]));
    } else {
      out.append_null();
    }
  }
}

template <typename T>
duckdb_hugeint widen(T value) {
  return duckdb_hugeint{.lower = static_cast<uint64_t>(static_cast<int64_t>(value)),
                        .upper = value < 0 ? -1 : 0};
}

void append_decimals(duckdb_vector vector, const Type& type, idx_t rows, ColumnData& out) {
  switch (decimal_storage(type)) {
    case DUCKDB_TYPE_SMALLINT:
      return append_converted<int16_t>(vector, rows, out, widen<int16_t>);
    case DUCKDB_TYPE_INTEGER:
      return append_converted<int32_t>(vector, rows, out, widen<int32_t>);
    case DUCKDB_TYPE_BIGINT:
      return append_converted<int64_t>(vector, rows, out, widen<int64_t>);
    default:
      return append_converted<duckdb_hugeint>(vector, rows, out,
                                              [](duckdb_hugeint value) { return value; });
  }
}

}  // namespace

std::string_view bytes_at(duckdb_vector vector, idx_t row) {
  return bytes_of(static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector))[row]);
}

bool is_valid_at(duckdb_vector vector, idx_t row) {
  return duckdb_validity_row_is_valid(duckdb_vector_get_validity(vector), row);
}

void set_null(duckdb_vector vector, idx_t row) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

void set_bytes(duckdb_vector vector, idx_t row, std::string_view bytes) {
  duckdb_unsafe_vector_assign_string_element_len(vector, row, bytes.data(), bytes.size());
}

duckdb_vector make_list(duckdb_vector list, size_t size) {
  duckdb_list_vector_reserve(list, size);
  duckdb_list_vector_set_size(list, size);
  return duckdb_list_vector_get_child(list);
}

void fill_vector(const ColumnData& column, const Type& type, duckdb_vector vector) {
  if (column.rows() == 0) return;
  fill_values(column, type, vector);
  if (column.null_count() == 0) return;
  duckdb_vector_ensure_validity_writable(vector);
  const size_t words = (column.rows() + 63) / 64;
  std::memcpy(duckdb_vector_get_validity(vector), column.validity(), words * sizeof(uint64_t));
}

void append_vector(duckdb_vector vector, const Type& type, idx_t rows, ColumnData& out) {
  const void* const data = duckdb_vector_get_data(vector);
  const uint64_t* const validity = duckdb_vector_get_validity(vector);
  switch (type.id) {
    case TypeId::kBoolean:
      return append_values<uint8_t>(data, validity, rows, out);
    case TypeId::kDate:
      return append_values<int32_t>(data, validity, rows, out);
    case TypeId::kInteger:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return append_values<int64_t>(data, validity, rows, out);
    case TypeId::kDouble:
      return append_values<double>(data, validity, rows, out);
    case TypeId::kDecimal:
      return append_decimals(vector, type, rows, out);
    case TypeId::kUuid:
      return append_converted<duckdb_hugeint>(vector, rows, out, uuid_from_engine);
    case TypeId::kText:
    case TypeId::kBytes:
    case TypeId::kJson:
    case TypeId::kGeometry:
      break;
  }
  for (idx_t row = 0; row < rows; ++row) {
    if (is_valid_at(vector, row)) {
      out.append_bytes(bytes_at(vector, row));
    } else {
      out.append_null();
    }
  }
}

}  // namespace rhumb
