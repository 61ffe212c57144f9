#pragma once

#include <optional>

#include "base/result.h"
#include "plan/plan.h"
#include "run/bindings.h"
#include "run/run_context.h"
#include "state/store.h"

namespace rhumb {

/// A model's next version, whole and durable in the store but not yet committed.
struct BuiltVersion {
  Manifest manifest;
  std::optional<Manifest> before;
  /// Incremental builds: the files of the driving source whose rows were new.
  std::optional<std::vector<DataFile>> new_rows;
};

/// Runs the model's SQL over the bound datasets: everything, only new rows, or only touched
/// partitions, as the step says (falling back to everything, with a note, when rows have left the
/// driving source). Afterwards the new version is bound under the model's name.
[[nodiscard]] Result<BuiltVersion> build_model(RunContext& context, Bindings& bindings,
                                               const ModelAnalysis& analysis, const Step& step,
                                               const PlanOptions& options);

}  // namespace rhumb
