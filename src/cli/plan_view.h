#pragma once

#include <string>

#include "cli/console.h"
#include "plan/plan.h"

namespace rhumb {

/// The plan for people: a line per step with its reason, notes below it.
[[nodiscard]] std::string plan_text(const Plan& plan, const Project& project,
                                    const Console& console);
/// The plan for programs: one JSON object.
[[nodiscard]] std::string plan_json(const Plan& plan);

}  // namespace rhumb
