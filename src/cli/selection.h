#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/workspace.h"

namespace rhumb {

/// Options shared by commands that work on a choice of datasets.
[[nodiscard]] std::vector<OptionSpec> selection_options();
/// Selectors as an argument: `+name`, `name+`, `tag:x`, globs.
[[nodiscard]] ArgumentSpec selector_argument();

/// The datasets chosen by the arguments and --exclude; all when none is given. Errors are printed.
[[nodiscard]] std::optional<std::set<std::string>> chosen_datasets(const Invocation& invocation,
                                                                   Workspace& workspace);

}  // namespace rhumb
