#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "project/project.h"
#include "run/bindings.h"
#include "run/build.h"
#include "run/run_context.h"
#include "state/store.h"

namespace rhumb {

/// Checks one built version before anybody sees it. The engine has the version bound under the
/// model's name and its upstream datasets under theirs, as they were when it was built.
class AssertRunner {
 public:
  AssertRunner(RunContext& context, Bindings& bindings, const ModelDef& model,
               const ModelAnalysis& analysis);

  /// One result per assert, in their order. An Error only when an assert could not be evaluated.
  Result<std::vector<CheckResult>> run(const BuiltVersion& built);

 private:
  using Check = Result<CheckResult> (AssertRunner::*)(const Config&);

  Result<CheckResult> evaluate(const Assert& assertion);
  Result<CheckResult> min_rows(const Config& config);
  Result<CheckResult> max_shrink(const Config& config);
  Result<CheckResult> not_null(const Config& config);
  Result<CheckResult> unique(const Config& config);
  Result<CheckResult> accepted(const Config& config);
  Result<CheckResult> range(const Config& config);
  Result<CheckResult> relationship(const Config& config);
  Result<CheckResult> geometry(const Config& config);
  Result<CheckResult> freshness(const Config& config);
  Result<CheckResult> conserves(const Config& config);
  Result<CheckResult> free_sql(const Config& config);

  /// Counts rows of the model for which `condition` holds and describes the first of them.
  Result<CheckResult> none_where(std::string name, const std::string& condition,
                                 const std::vector<std::string>& parameters);
  /// Counts the rows of `query` and describes the first of them.
  Result<CheckResult> no_rows(std::string name, const std::string& query,
                              const std::vector<std::string>& parameters);

  RunContext& context_;
  Bindings& bindings_;
  const ModelDef& model_;
  const ModelAnalysis& analysis_;
  const BuiltVersion* built_ = nullptr;
};

}  // namespace rhumb
