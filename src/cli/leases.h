#pragma once

#include <set>
#include <string>

#include "cli/workspace.h"

namespace rhumb {

/// `--wait DURATION`, for every command that makes versions.
[[nodiscard]] OptionSpec wait_option();

/// Takes the leases of what a command may change, as long as the workspace lives; `command` is what
/// others are told. False after a failure, which has been printed.
[[nodiscard]] bool take_leases(const Invocation& invocation, Workspace& workspace, Console& console,
                               const std::set<std::string>& datasets, const std::string& command);

}  // namespace rhumb
