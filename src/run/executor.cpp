#include "run/executor.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "run/asserts.h"
#include "run/build.h"
#include "run/ingest.h"
#include "run/publish.h"
#include "run/run_journal.h"
#include "run/run_queue.h"
#include "run/step_scope.h"
#include "run/task_runner.h"
#include "run/workers.h"

namespace rhumb {
namespace {

/// Versions of each dataset that can be rolled back to, and how long any version stays at least:
/// longer than a run takes, because files of a run that goes on are named by no version yet.
constexpr size_t kKeptVersions = 10;
constexpr Micros kKeptFor = Micros{24} * 3600 * 1'000'000;

class Executor {
 public:
  Executor(RunContext& context, const Analysis& analysis, const Plan& plan,
           const ExecuteOptions& options)
      : context_(context),
        analysis_(analysis),
        plan_(plan),
        options_(options),
        queue_(context.project, analysis, plan, !options.store_only) {}

  RunReport run() {
    report_.run = context_.run_id;
    for (const Step& step : plan_.steps) {
      report_.outcomes.push_back({.dataset = step.dataset,
                                  .action = action_name(step.action),
                                  .status = "unchanged",
                                  .version = step.base_version});
    }
    RunRecord record{.id = context_.run_id,
                     .environment = plan_.environment,
                     .status = "running",
                     .started_at = now_micros()};
    note_failure("", context_.state.begin_run(record));
    note_failure("", fault_point(FaultPoint::kRunBegun));
    if (report_.errors.empty()) work();
    note_failure("", fault_point(FaultPoint::kRunDone));
    report_.seconds = watch_.seconds();
    report_.status = context_.cancel.requested() ? "cancelled"
                     : report_.errors.empty()    ? "succeeded"
                                                 : "failed";
    record.status = report_.status;
    record.finished_at = now_micros();
    note_failure("", context_.state.finish_run(record));
    return std::move(report_);
  }

 private:
  /// What has become of a model before anything of it is visible.
  struct Progress {
    std::optional<BuiltVersion> built;  ///< nothing when only a target lags behind
    std::unique_ptr<ModelPublisher> publisher;
    bool ready = false;  ///< built and staged, as far as it is to be
  };

  void work() {
    progress_.resize(plan_.steps.size());
    if (options_.publish.wait_for_others > 0) announce_targets();
    Workers workers(context_, analysis_);
    const TaskRunner::Perform perform = [this](const RunTask& task, Worker& worker) {
      return this->perform(task, worker);
    };
    TaskRunner runner(workers, context_, options_.jobs > 0 ? options_.jobs : default_jobs());
    runner.run(queue_, perform,
               [this](const RunTask& task, const Status& status) { take(task, status); });
    for (const DatasetOutcome& outcome : report_.outcomes) {
      if (outcome.error) report_.errors.push_back(*outcome.error);
    }
    if (context_.cancel.requested()) {
      give_up();
      return progress_.clear();
    }
    make_visible();
    for (size_t step = 0; step < plan_.steps.size(); ++step) {
      if (report_.outcomes[step].status == "published" && progress_[step].publisher)
        progress_[step].publisher->retire();
    }
    for (const DatasetOutcome& outcome : report_.outcomes) clean_up(outcome);
    progress_.clear();  // publishers belong to workers
  }

  /// Runs of different stores that wait, each for a target that the other one holds, would wait for
  /// as long as they may.
  void announce_targets() {
    for (size_t step = 0; step < plan_.steps.size(); ++step) {
      if (!queue_.stages(step)) continue;
      const ModelDef& model = context_.project.models.at(plan_.steps[step].dataset);
      for (const PublishDef& publish : model.publish) {
        // What cannot be made is reported by who stages it.
        const auto target =
            context_.adapters.target(context_.project, model, publish, context_.environment);
        if (target.ok()) (*target)->announce();
      }
    }
  }

  /// Old versions go once nobody can want them; what a reader or a kept version holds stays. Never
  /// fails a run.
  void clean_up(const DatasetOutcome& outcome) {
    if (outcome.status == "unchanged") return;
    const auto removed = context_.state.clean_up(outcome.dataset, kKeptVersions, kKeptFor);
    if (!removed.ok())
      context_.observer.note(outcome.dataset, "not cleaned up: " + removed.error().message);
  }

  /// On a worker's thread; touches nothing but what belongs to the task's own step.
  Status perform(const RunTask& task, Worker& worker) {
    Status done = carry_out(task, worker);
    if (done.ok()) return done;
    return worker.clock.explain(std::move(done).error());
  }

  Status carry_out(const RunTask& task, Worker& worker) {
    const Step& step = plan_.steps[task.step];
    switch (task.kind) {
      case RunTask::Kind::kRead:
        return read(step, report_.outcomes[task.step], worker);
      case RunTask::Kind::kBuild:
        return build(step, task.step, worker);
      case RunTask::Kind::kStage:
        return stage(step, progress_[task.step], worker);
    }
    return {};
  }

  static Status read(const Step& step, DatasetOutcome& outcome, Worker& worker) {
    const SourceDef& source = worker.context.project.sources.at(step.dataset);
    const TimedStep timed(&worker.clock, "reading " + step.dataset, source.timeout);
    for (const std::string& note : step.notes) worker.context.observer.note(step.dataset, note);
    RHUMB_ASSIGN(const Manifest manifest, ingest(worker.context, step));
    outcome.version = manifest.version;
    outcome.rows = manifest.rows();
    for (const LedgerEntry& input : manifest.inputs) {
      if (input.run == worker.context.run_id) outcome.rejected += input.rejected;
    }
    set(outcome, "published");
    return worker.bindings.bind(manifest);
  }

  Status build(const Step& step, size_t index, Worker& worker) {
    const ModelDef& model = context_.project.models.at(step.dataset);
    const TimedStep timed(&worker.clock, "building " + step.dataset, model.timeout);
    RHUMB_ASSIGN(BuiltVersion built,
                 build_model(worker.context, worker.bindings, analysis_.models.at(step.dataset),
                             step, options_.plan));
    RHUMB_TRY(check(model, built, report_.outcomes[index], worker));
    RHUMB_TRY(fault_point(FaultPoint::kBuildChecked));
    progress_[index].built = std::move(built);
    return {};
  }

  Status stage(const Step& step, Progress& progress, Worker& worker) {
    const ModelDef& model = context_.project.models.at(step.dataset);
    std::optional<Manifest> version;
    if (progress.built) {
      version = progress.built->manifest;
      RHUMB_TRY(worker.bindings.bind_built(*version));
    } else {
      RHUMB_ASSIGN(version, context_.state.newest_manifest(step.dataset));
      RHUMB_TRY(worker.bindings.bind(version.value()));
    }
    auto publisher =
        std::make_unique<ModelPublisher>(worker.context, model, version.value(), options_.publish);
    if (progress.built && progress.built->before) publisher->built_from(*progress.built->before);
    RHUMB_TRY(publisher->inspect());
    if (const Status staged = publisher->stage(worker.bindings); !staged.ok()) {
      publisher->abandon();
      return staged;
    }
    progress.publisher = std::move(publisher);
    return {};
  }

  Status check(const ModelDef& model, BuiltVersion& built, DatasetOutcome& outcome,
               Worker& worker) const {
    if (model.asserts.empty()) return {};
    StepScope scope(worker.context, model.name, "check", "");
    if (Status bound = worker.bindings.bind_for_asserts(model.name); !bound.ok())
      return scope.fail(std::move(bound).error());
    auto results =
        AssertRunner(worker.context, worker.bindings, model, analysis_.models.at(model.name))
            .run(built);
    if (!results.ok()) return scope.fail(std::move(results).error());
    built.manifest.checks = *results;
    outcome.checks = *results;
    Error error{
        Code::kAssertFailed, "",
        fmt::format("the version before stays visible; look with: rhumb status {}", model.name),
        model.place};
    std::vector<std::string> details;
    for (const CheckResult& result : *results) {
      if (!result.passed)
        error.message += fmt::format("{}{}: {}", error.message.empty() ? "assert failed: " : "\n  ",
                                     result.name, result.detail);
      if (!result.detail.empty())
        details.push_back(fmt::format("{}: {}", result.name, result.detail));
    }
    if (!error.message.empty()) return scope.fail(std::move(error));
    scope.finish(built.manifest.rows(), 0,
                 fmt::format("{0} of {0} passed{1}{2}", results->size(),
                             details.empty() ? "" : "; ", join(details, "; ")));
    return {};
  }

  /// Between tasks, one at a time. What failed takes with it what needs it; everything else goes
  /// on.
  void take(const RunTask& task, const Status& status) {
    DatasetOutcome& outcome = report_.outcomes[task.step];
    for (const BrokenStep& broken : queue_.finished(task, status.ok())) {
      DatasetOutcome& reader = report_.outcomes[broken.step];
      set(reader, "not run");
      failed_.insert(reader.dataset);
      context_.observer.note(reader.dataset, fmt::format("not run: {} failed", broken.because));
    }
    if (status.ok()) {
      const bool stages =
          !options_.store_only && task.kind == RunTask::Kind::kBuild && has_targets(task.step);
      progress_[task.step].ready = task.kind != RunTask::Kind::kRead && !stages;
      return;
    }
    outcome.error = status.error();
    set(outcome, status.error().code == Code::kCancelled ? "cancelled" : "failed");
    failed_.insert(outcome.dataset);
  }

  [[nodiscard]] bool has_targets(size_t step) const {
    return !context_.project.models.at(plan_.steps[step].dataset).publish.empty();
  }

  /// Commits in the store first: from then on the targets can only be rolled forward.
  void make_visible() {
    std::vector<size_t> switching;
    std::vector<ModelPublisher*> publishers;
    for (size_t step = 0; step < plan_.steps.size(); ++step) {
      if (!commit(step)) continue;
      if (!progress_[step].publisher) {
        set(report_.outcomes[step], "published");
        continue;
      }
      switching.push_back(step);
      publishers.push_back(progress_[step].publisher.get());
    }
    const std::vector<Status> switched = ModelPublisher::switch_over(publishers);
    for (size_t i = 0; i < switching.size(); ++i) {
      DatasetOutcome& outcome = report_.outcomes[switching[i]];
      if (switched[i].ok()) {
        set(outcome, "published");
      } else {
        fail(outcome, switched[i].error());
      }
    }
  }

  /// True when the step has something that may now be shown.
  bool commit(size_t step) {
    Progress& progress = progress_[step];
    DatasetOutcome& outcome = report_.outcomes[step];
    if (!progress.ready) return false;
    if (const std::string broken = broken_by(outcome.dataset); !broken.empty()) {
      abandon(progress);
      failed_.insert(outcome.dataset);
      context_.observer.note(outcome.dataset, fmt::format("not run: {} failed", broken));
      set(outcome, "not run");
      return false;
    }
    if (progress.built) {
      const Manifest& manifest = progress.built->manifest;
      if (const Status committed = context_.state.commit(manifest, {}); !committed.ok()) {
        abandon(progress);
        fail(outcome, committed.error());
        return false;
      }
      outcome.version = manifest.content_version();
      outcome.rows = manifest.rows();
    }
    if (progress.publisher) outcome.version = progress.publisher->version();
    return true;
  }

  static void abandon(Progress& progress) {
    if (progress.publisher) progress.publisher->abandon();
  }

  void give_up() {
    for (size_t step = 0; step < progress_.size(); ++step) {
      abandon(progress_[step]);
      DatasetOutcome& outcome = report_.outcomes[step];
      const Action action = plan_.steps[step].action;
      if (outcome.status == "unchanged" && action != Action::kSkip && action != Action::kView)
        set(outcome, "cancelled");
    }
  }

  [[nodiscard]] std::string broken_by(const std::string& model) const {
    for (const std::string& name : analysis_.models.at(model).stored) {
      if (failed_.contains(name)) return name;
    }
    return "";
  }

  static void set(DatasetOutcome& outcome, const char* status) { outcome.status = status; }

  void fail(DatasetOutcome& outcome, const Error& error) {
    set(outcome, error.code == Code::kCancelled ? "cancelled" : "failed");
    outcome.error = error;
    failed_.insert(outcome.dataset);
    report_.errors.push_back(error);
  }

  void note_failure(const std::string& dataset, const Status& status) {
    if (status.ok()) return;
    context_.observer.note(dataset, status.error().text());
    report_.errors.push_back(status.error());
  }

  RunContext& context_;
  const Analysis& analysis_;
  const Plan& plan_;
  const ExecuteOptions& options_;
  RunQueue queue_;
  RunReport report_;
  Stopwatch watch_;
  std::vector<Progress> progress_;  ///< by step
  std::set<std::string> failed_;
};

}  // namespace

size_t default_jobs() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 2, 4);
}

RunReport execute(RunContext& context, const Analysis& analysis, const Plan& plan,
                  const ExecuteOptions& options) {
  RunJournal journal(context.observer, context.state, context.run_id);
  SharedObserver observer(journal);
  RunContext shared = context.with(context.engine, observer, context.cancel, nullptr);
  RunReport report = Executor(shared, analysis, plan, options).run();
  journal.close(plan, report);
  return report;
}

}  // namespace rhumb
