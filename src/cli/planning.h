#pragma once

#include <memory>
#include <optional>

#include "cli/workspace.h"
#include "plan/plan.h"

namespace rhumb {

/// Options that decide what is planned; `plan` and `run` take the same.
[[nodiscard]] std::vector<OptionSpec> planning_options();

struct Planned {
  Plan plan;
  PlanOptions options;
};

/// Checks the project, looks at its sources and targets, and plans. Errors are printed.
[[nodiscard]] std::optional<Planned> make_plan_for(const Invocation& invocation,
                                                   Workspace& workspace, RunObserver& observer);

/// For commands that run nothing.
[[nodiscard]] std::unique_ptr<RunObserver> silent_observer();

}  // namespace rhumb
