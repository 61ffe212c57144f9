#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace rhumb {

// PostgreSQL's binary values: big endian, times counted from 2000-01-01.

inline constexpr int64_t kPgEpochMicros = 946'684'800'000'000;  ///< 2000-01-01 after 1970-01-01
inline constexpr int32_t kPgEpochDays = 10'957;

static_assert(std::endian::native == std::endian::little, "written for little-endian machines");

template <typename T>
  requires std::is_integral_v<T>
[[nodiscard]] constexpr T swap_bytes(T value) {
  if constexpr (sizeof(T) == 2)
    return static_cast<T>(__builtin_bswap16(static_cast<uint16_t>(value)));
  if constexpr (sizeof(T) == 4)
    return static_cast<T>(__builtin_bswap32(static_cast<uint32_t>(value)));
  if constexpr (sizeof(T) == 8)
    return static_cast<T>(__builtin_bswap64(static_cast<uint64_t>(value)));
  return value;
}

/// REQUIRES: sizeof(T) bytes at `data`
template <typename T>
[[nodiscard]] T load_big_endian(const char* data) {
  T value;
  std::memcpy(&value, data, sizeof(T));
  return swap_bytes(value);
}

[[nodiscard]] inline double load_big_endian_double(const char* data) {
  return std::bit_cast<double>(load_big_endian<int64_t>(data));
}

[[nodiscard]] inline float load_big_endian_float(const char* data) {
  return std::bit_cast<float>(load_big_endian<int32_t>(data));
}

/// Bytes on their way to the server, in PostgreSQL's order. Not thread-safe.
class PgBuffer {
 public:
  template <typename T>
  void put(T value) {
    const T swapped = swap_bytes(value);
    const size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    std::memcpy(bytes_.data() + at, &swapped, sizeof(T));
  }
  void put_double(double value) { put(std::bit_cast<int64_t>(value)); }
  void put_float(float value) { put(std::bit_cast<int32_t>(value)); }
  void put_bytes(std::string_view value) { bytes_.append(value); }

  // A field of a row in COPY's binary format: its length, then that many bytes.
  void put_null() { put(int32_t{-1}); }
  void put_length(size_t length) { put(static_cast<int32_t>(length)); }
  void put_field(std::string_view value) {
    put_length(value.size());
    put_bytes(value);
  }

  [[nodiscard]] size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::string_view view() const { return bytes_; }
  /// Keeps the capacity.
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

}  // namespace rhumb
