#pragma once

#include <cstddef>

#include "base/error.h"

namespace rhumb {

// What goes wrong with spatial indexes, in one place because several parts of them meet it.

[[nodiscard]] Error index_cancelled();
/// More than `limit` bytes.
[[nodiscard]] Error index_out_of_memory(size_t limit);
/// More than 32 bits can count.
[[nodiscard]] Error index_too_large();
/// A distance on the sphere to something that is no point.
[[nodiscard]] Error sphere_is_for_points();

}  // namespace rhumb
