#pragma once

#include <cstddef>
#include <string_view>

namespace rhumb {

/// What stands at the front of bytes that hold geometries one behind the other.
struct WkbFront {
  size_t bytes = 0;             ///< of the geometry; 0 when it is not whole
  bool cut = false;             ///< it may go on behind the end of the bytes
  const char* fault = nullptr;  ///< what is malformed, of one that is not whole
};

/// WKB or EWKB of either byte order. Linear in the geometry's bytes; believes no size that the
/// bytes do not bear out. Pure, thread-safe.
[[nodiscard]] WkbFront front_wkb(std::string_view bytes);

}  // namespace rhumb
