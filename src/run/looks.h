#pragma once

#include <map>
#include <set>
#include <string>

#include "base/result.h"
#include "plan/plan.h"
#include "run/analysis.h"
#include "run/run_context.h"

namespace rhumb {

struct LookRequest {
  std::set<std::string> selected;         ///< datasets to look at
  std::set<std::string> rebuild;          ///< sources to look at as if nothing had been read
  std::map<std::string, Schema> schemas;  ///< as the static check found them
  bool targets = true;                    ///< look at what the targets show
};

/// Gathers what the planner needs to know: lists the sources' places (hashing only inputs not
/// announced before), looks at tables for changes, reads the newest versions and what the targets
/// show. Changes nothing that anybody can see.
[[nodiscard]] Result<Looks> gather_looks(RunContext& context, const Analysis& analysis,
                                         const LookRequest& request);

}  // namespace rhumb
