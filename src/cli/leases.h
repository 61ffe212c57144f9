#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/time.h"
#include "cli/workspace.h"

namespace rhumb {

/// `--wait DURATION`, for every command that makes versions.
[[nodiscard]] OptionSpec wait_option();

/// What it says, 0 without it; nothing after a failure, which has been printed.
[[nodiscard]] std::optional<Micros> time_to_wait(const Invocation& invocation,
                                                 Workspace& workspace);

/// Takes the leases of what a command may change, as long as the workspace lives, waiting for
/// others no longer than `wait`; `command` is what they are told. False after a failure, which has
/// been printed.
[[nodiscard]] bool take_leases(Micros wait, Workspace& workspace, Console& console,
                               const std::set<std::string>& datasets, const std::string& command);

}  // namespace rhumb
