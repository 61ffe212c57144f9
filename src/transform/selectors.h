#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"
#include "transform/graph.h"

namespace rhumb {

/// The datasets that any of `selectors` names, less those that any of `exclude` names; without
/// selectors all datasets. A selector is
///   NAME         a source or model, case ignored; `*`, `?` and `[...]` match several
///   tag:TAG      all that carry the tag; globs too
///   +X, 2+X      X with all it is made from, or with the two nearest steps
///   X+, X+2      X with all that is made from it
/// One text may hold several, separated by spaces. kUnknownName, with the nearest name, when one
/// matches nothing; kUsage when one cannot be read.
[[nodiscard]] Result<std::set<std::string>> select_datasets(
    const Project& project, const DependencyGraph& graph, const std::vector<std::string>& selectors,
    const std::vector<std::string>& exclude);

}  // namespace rhumb
