#pragma once

#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

// What fuzzers hold what they call to.

namespace rhumb {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// An error that can be shown, and says something.
inline void require_shown(const Error& error) {
  require(!error.message.empty() && is_utf8(error.message) && is_utf8(error.hint));
}

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace rhumb
