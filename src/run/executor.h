#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "run/analysis.h"
#include "run/publish.h"
#include "run/run_context.h"

namespace rhumb {

struct ExecuteOptions {
  PublishOptions publish;
  bool store_only = false;  ///< leave targets as they are
  PlanOptions plan;
  size_t jobs = 0;  ///< steps that may run at once; 0 = default_jobs()
};

/// What became of one dataset.
struct DatasetOutcome {
  std::string dataset;
  std::string action;
  std::string status;  ///< published, unchanged, failed, not run, cancelled
  uint64_t version = 0;
  uint64_t rows = 0;
  uint64_t rejected = 0;
  std::optional<Error> error;
  std::vector<CheckResult> checks;
};

struct RunReport {
  std::string run;
  std::string status;  ///< succeeded, failed, cancelled
  double seconds = 0;
  std::vector<DatasetOutcome> outcomes;
  Errors errors;
};

/// As many as there are processors, from 2 (one may be waiting for a server) to 4 (each has an
/// engine of its own and a share of the memory).
[[nodiscard]] size_t default_jobs();

/// Carries out a plan: reads sources, builds and checks models, stages every target, independent
/// steps side by side, and only when all is ready commits all of it and switches, the targets of
/// one database in one transaction. A failure leaves the old version of that dataset, and of
/// everything that reads it, visible everywhere; the rest goes on. Whatever dies in between, a
/// repeated run finishes the work.
[[nodiscard]] RunReport execute(RunContext& context, const Analysis& analysis, const Plan& plan,
                                const ExecuteOptions& options);

}  // namespace rhumb
