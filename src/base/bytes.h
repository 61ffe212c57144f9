#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rhumb {

static_assert(std::endian::native == std::endian::little,
              "bytes are copied as the machine holds them");

/// The value that stands at a place of a binary format, whatever its alignment.
/// REQUIRES: at + sizeof(T) <= bytes.size()
template <typename T>
[[nodiscard]] T little_endian_at(std::string_view bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

[[nodiscard]] inline uint32_t big_endian_at(std::string_view bytes, size_t at) {
  return __builtin_bswap32(little_endian_at<uint32_t>(bytes, at));
}

}  // namespace rhumb
