#pragma once

#include <map>
#include <string>

#include "cli/console.h"
#include "plan/plan.h"
#include "run/join_explanation.h"

namespace rhumb {

/// By model, for those to be explained.
using ExplainedModels = std::map<std::string, ExplainedModel>;

/// The plan for people: a line per step with its reason, notes below it.
[[nodiscard]] std::string plan_text(const Plan& plan, const ExplainedModels& joins,
                                    const Project& project, const Console& console);
/// The plan for programs: one JSON object.
[[nodiscard]] std::string plan_json(const Plan& plan, const ExplainedModels& joins);

}  // namespace rhumb
