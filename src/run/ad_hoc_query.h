#pragma once

#include <string>
#include <vector>

#include "component/engine.h"
#include "project/project.h"
#include "state/store.h"

namespace rhumb {

/// Runs one SELECT over the store: datasets at their newest version, `"NAME@VERSION"` at an older
/// one, and the state's tables as `rhumb_versions` and so on. Only what the query names is bound.
[[nodiscard]] Result<Table> ad_hoc_query(const Project& project, Engine& engine, State& state,
                                         FileStore& files, const std::string& sql,
                                         const std::vector<std::string>& parameters);

}  // namespace rhumb
