#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "project/project.h"
#include "run/analysis.h"

namespace rhumb {

/// Why models among `datasets`, with the views they read, cannot be built on Spark with the same
/// answers: SQL that does not mean the same (transform/portability.h) and kinds that are not built
/// there. All of them, each at its place in the user's files. Starts nothing. O(nodes of the SQL).
[[nodiscard]] Errors spark_obstacles(const Project& project, const Analysis& analysis,
                                     const std::set<std::string>& datasets);

}  // namespace rhumb
