#include "run/run_queue.h"

#include <algorithm>

namespace rhumb {

RunQueue::RunQueue(const Project& project, const Analysis& analysis, const Plan& plan, bool stage) {
  std::map<std::string, size_t> makes;  // the entry after which others can read the dataset
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    names_.push_back(step.dataset);
    if (step.action == Action::kSkip || step.action == Action::kView) continue;
    if (step.is_source) {
      makes[step.dataset] = entries_.size();
      entries_.push_back({.task = {RunTask::Kind::kRead, i}, .needs = {}});
      continue;
    }
    std::vector<size_t> needs;
    const ModelAnalysis& model = analysis.models.at(step.dataset);
    for (const auto* datasets : {&model.stored, &model.asserted}) {
      for (const std::string& name : *datasets) {
        // Of what comes later in the plan, asserts see the version that is visible now.
        if (const auto made = makes.find(name); made != makes.end()) needs.push_back(made->second);
      }
    }
    if (step.action != Action::kPublish) {
      makes[step.dataset] = entries_.size();
      entries_.push_back({.task = {RunTask::Kind::kBuild, i}, .needs = std::move(needs)});
      needs = {entries_.size() - 1};
    }
    if (stage && !project.models.at(step.dataset).publish.empty())
      entries_.push_back({.task = {RunTask::Kind::kStage, i}, .needs = std::move(needs)});
  }
}

bool RunQueue::may_start(const Entry& entry) const {
  return entry.state == State::kWaiting &&
         std::all_of(entry.needs.begin(), entry.needs.end(),
                     [&](size_t need) { return entries_[need].state == State::kDone; });
}

bool RunQueue::has_next() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return may_start(entry); });
}

bool RunQueue::stages(size_t step) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.task.kind == RunTask::Kind::kStage && entry.task.step == step;
  });
}

std::optional<RunTask> RunQueue::next() {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return may_start(entry); });
  if (found == entries_.end()) return std::nullopt;
  found->state = State::kRunning;
  return found->task;
}

RunQueue::Entry& RunQueue::entry_of(const RunTask& task) {
  return *std::find_if(entries_.begin(), entries_.end(),
                       [&](const Entry& entry) { return entry.task == task; });
}

void RunQueue::put_back(const RunTask& task) {
  entry_of(task).state = State::kWaiting;
}

std::vector<BrokenStep> RunQueue::finished(const RunTask& task, bool ok) {
  entry_of(task).state = ok ? State::kDone : State::kFailed;
  std::vector<BrokenStep> broken;
  if (ok) return broken;
  // Needs come before what needs them, so once through is enough.
  for (Entry& entry : entries_) {
    if (entry.state != State::kWaiting) continue;
    const auto failed = std::find_if(entry.needs.begin(), entry.needs.end(), [&](size_t need) {
      return entries_[need].state == State::kFailed;
    });
    if (failed == entry.needs.end()) continue;
    entry.state = State::kFailed;
    if (entries_[*failed].task.step != entry.task.step)
      broken.push_back({entry.task.step, names_[entries_[*failed].task.step]});
  }
  return broken;
}

}  // namespace rhumb
