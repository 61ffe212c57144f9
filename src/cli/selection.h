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

enum class Sources { kAll, kOfFiles };
/// An Error with the names that would do when the project has no such source.
[[nodiscard]] std::optional<Error> unknown_source(const Project& project, const std::string& name,
                                                  Sources which);

}  // namespace rhumb
