#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "component/engine.h"
#include "plan/plan.h"
#include "project/project.h"
#include "state/store.h"
#include "transform/spatial_join.h"

namespace rhumb {

/// What runs in place of a model's statement.
struct ExplainedModel {
  CompiledSql compiled;
  std::map<std::string, uint64_t> memory;  ///< of its look-ups by name, bytes, where it can be told
};

/// The spatial joins of each model in `plan` that would be built, by model; models without any are
/// left out. Tables must be bound in `engine`, as a static check does; sizes are those of their
/// newest versions. Reads no data.
[[nodiscard]] Result<std::map<std::string, ExplainedModel>> explain_models(const Project& project,
                                                                           const Plan& plan,
                                                                           Engine& engine,
                                                                           State& state);

}  // namespace rhumb
