#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "engine/duckdb/statement.h"

namespace rhumb {

/// Whether the engine was still reading the SQL or already at its rows: a value that cannot be
/// converted is the fault of the SQL in one case and of the data in the other.
enum class Phase : uint8_t { kPreparing, kRunning };

/// The engine's error, which it gives as JSON (setting errors_as_json), in our words: a code, the
/// essential of the message, its advice as the hint, and the place within the user's statement.
/// Positions that point into the text of a macro or view of ours are dropped.
[[nodiscard]] Error engine_error(std::string_view raw, const SqlText& sql, Phase phase);

}  // namespace rhumb
