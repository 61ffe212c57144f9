#pragma once

#include <memory>

#include "cli/console.h"
#include "run/events.h"

namespace rhumb {

/// A line per finished step and, on a terminal, one moving line with a bar for the running one;
/// with
/// --json one object per event on standard output.
[[nodiscard]] std::unique_ptr<RunObserver> make_progress(Console& console);

}  // namespace rhumb
