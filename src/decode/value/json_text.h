#pragma once

#include <string_view>

namespace rhumb {

/// True for one JSON value of RFC 8259 that databases can store: nested at most 512 deep, without
/// the escape for NUL and without half surrogate pairs. Linear, without allocations.
[[nodiscard]] bool is_json(std::string_view text);

}  // namespace rhumb
