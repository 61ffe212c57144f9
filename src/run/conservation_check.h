#pragma once

#include "base/result.h"
#include "component/config.h"
#include "run/run_context.h"
#include "state/store.h"
#include "transform/syntax.h"

namespace rhumb {

/// Evaluates `conserves: { source, lost, doubled }` over the datasets as they are bound: every row
/// of the source is counted as lost, single or doubled, and the figures are in the result's detail.
[[nodiscard]] Result<CheckResult> check_conservation(RunContext& context, const SyntaxTree& tree,
                                                     const Config& config);

}  // namespace rhumb
