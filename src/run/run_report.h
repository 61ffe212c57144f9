#pragma once

#include <string>

#include "base/result.h"
#include "plan/plan.h"
#include "project/project.h"
#include "state/state.h"

namespace rhumb {

// Reports of runs: everything that happened, for people and programs. The JSON is described by
// docs/reference/schema/run-report.schema.json; the page shows the same.

/// Of a run that is over or goes on, from what the state remembers of it. kNotFound when it knows
/// no run of that id. Runs of an older Rhumb lack what it did not write down.
[[nodiscard]] Result<std::string> run_report_json(State& state, const std::string& project,
                                                  const std::string& run);

/// Of a plan that had nothing to do: no run was begun.
[[nodiscard]] std::string idle_report_json(const std::string& project, const Plan& plan);

/// One page that needs nothing else and runs nothing: style inside, no script, every text escaped.
/// REQUIRES: `json` is a report.
[[nodiscard]] std::string run_report_html(const std::string& json);

/// JSON Schema of a report.
[[nodiscard]] std::string run_report_schema();

}  // namespace rhumb
