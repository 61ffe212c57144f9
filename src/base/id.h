#pragma once

#include <string>

namespace rhumb {

/// A new identifier that sorts by time: 48 bits of milliseconds, then random bits, as 26 characters
/// of Crockford base 32 (the ULID layout). Thread-safe, and no other after a fork.
[[nodiscard]] std::string new_id();

}  // namespace rhumb
