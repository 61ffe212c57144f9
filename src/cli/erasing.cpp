#include "cli/erasing.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/planning.h"
#include "run/executor.h"

namespace rhumb {
namespace {

constexpr const char* kAgain = "run the same command again, or rhumb run";

/// Targets keep nothing older than what is published here.
bool rebuild(const std::vector<std::string>& models, Micros wait, Workspace& workspace,
             RunContext& context) {
  const Invocation all_anew{.arguments = models, .values = {{"full-refresh", {}}}};
  const auto planned = make_plan_for(all_anew, workspace, context.observer);
  if (!planned) return false;
  const RunReport report =
      execute(context, *workspace.analysis(), planned->plan,
              {.publish = {.wait_for_others = wait, .keep_none = true}, .plan = planned->options});
  if (!report.errors.empty()) workspace.fail(report.errors);
  return report.status == "succeeded";
}

Result<std::vector<Erasure>> unfinished_erasures(Workspace& workspace) {
  RHUMB_ASSIGN(std::vector<Erasure> erasures, all_erasures(workspace.files()));
  std::erase_if(erasures, [&](const Erasure& each) {
    return !each.finished_at.empty() || !workspace.project().sources.contains(each.source);
  });
  return erasures;
}

Result<EraseReach> reach_of(Workspace& workspace, const std::string& source) {
  return erase_reach(*workspace.state(), workspace.project(), *workspace.analysis(), source);
}

Result<std::set<std::string>> changed_by(const std::vector<Erasure>& erasures,
                                         Workspace& workspace) {
  std::set<std::string> datasets;
  for (const Erasure& erasure : erasures) {
    RHUMB_ASSIGN(const EraseReach reach, reach_of(workspace, erasure.source));
    datasets.merge(reach.datasets());
  }
  return datasets;
}

}  // namespace

bool carry_out(Eraser& eraser, Micros wait, Workspace& workspace, RunContext& context) {
  if (const Status erased = eraser.erase_rows(); !erased.ok()) {
    workspace.fail(erased.error());
    return false;
  }
  const std::vector<std::string>& models = eraser.reach().models;
  if (eraser.rebuilds() && !models.empty() && !rebuild(models, wait, workspace, context)) {
    workspace.fail(Error{Code::kState,
                         fmt::format("not all is erased: what is made of {} could not be built and "
                                     "published anew, so its older versions are still there",
                                     eraser.erasure().source),
                         fmt::format("mend what stands above, then {}", kAgain),
                         {}});
    return false;
  }
  if (const Status finished = eraser.finish(); !finished.ok()) {
    workspace.fail(finished.error());
    return false;
  }
  if (eraser.erasure().remains.empty()) return true;
  workspace.fail(Error{Code::kBusy,
                       fmt::format("not all is erased: {}", join(eraser.erasure().remains, "; ")),
                       fmt::format("{} when nobody reads it any more", kAgain),
                       {}});
  return false;
}

std::optional<std::set<std::string>> unfinished_datasets(Workspace& workspace) {
  if (workspace.state() == nullptr || workspace.analysis() == nullptr) return std::nullopt;
  const auto erasures = unfinished_erasures(workspace);
  const auto datasets = erasures.ok() ? changed_by(*erasures, workspace) : erasures.error();
  if (datasets.ok()) return *datasets;
  workspace.fail(datasets.error());
  return std::nullopt;
}

bool finish_erasures(const std::set<std::string>& leased, Micros wait, Workspace& workspace,
                     RunObserver& observer) {
  // Looked for again: somebody may have finished them while this process waited for the leases.
  const auto erasures = unfinished_erasures(workspace);
  if (!erasures.ok()) {
    workspace.fail(erasures.error());
    return false;
  }
  bool all_finished = true;
  for (const Erasure& erasure : *erasures) {
    auto reach = reach_of(workspace, erasure.source);
    if (!reach.ok()) {
      workspace.fail(reach.error());
      return false;
    }
    const std::set<std::string> needed = reach->datasets();
    if (!std::includes(leased.begin(), leased.end(), needed.begin(), needed.end())) continue;
    observer.note(erasure.source, fmt::format("finishing the erasure {}, begun at {}", erasure.id,
                                              erasure.begun_at));
    cancel_on_interrupt(*workspace.engine());
    RunContext context = workspace.context(observer);
    Eraser eraser(context, *std::move(reach), erasure);
    all_finished = carry_out(eraser, wait, workspace, context) && all_finished;
  }
  return all_finished;
}

}  // namespace rhumb
