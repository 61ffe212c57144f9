#pragma once

#include <string>

namespace rhumb {

/// The page docs/reference/portability.md: each function's state on each engine.
[[nodiscard]] std::string portability_page();

}  // namespace rhumb
