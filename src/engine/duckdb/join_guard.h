#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/duckdb/session.h"

namespace rhumb {

/// How the engine will run a statement, as the JSON of its EXPLAIN.
[[nodiscard]] Result<std::string> plan_of(Session& session, const SqlText& sql,
                                          const std::vector<std::string>& parameters);

/// The engine's spatial join loses rows of LEFT, RIGHT and FULL joins (version 1.5.5: 20,000 lines
/// against 80,000 boxes gave 23,981 rows where 23,977 are right), so a statement whose plan holds
/// one runs without it: slower, and right. Nothing when the plan is fine.
[[nodiscard]] Result<std::optional<SettingScope>> guard_outer_spatial_joins(
    Session& session, const SqlText& sql, const std::vector<std::string>& parameters);

}  // namespace rhumb
