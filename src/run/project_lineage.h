#pragma once

#include <map>
#include <set>
#include <string>

#include "run/analysis.h"
#include "transform/lineage_render.h"

namespace rhumb {

/// Where the columns of the chosen datasets come from. `schemas` as the static check found them.
[[nodiscard]] ProjectLineage trace_lineage(const Project& project, const Analysis& analysis,
                                           const std::map<std::string, Schema>& schemas,
                                           const std::set<std::string>& chosen);

}  // namespace rhumb
