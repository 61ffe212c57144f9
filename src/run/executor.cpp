#include "run/executor.h"

#include <algorithm>
#include <list>
#include <set>

#include <fmt/format.h>

#include "base/fault_point.h"
#include "base/text.h"
#include "run/asserts.h"
#include "run/bindings.h"
#include "run/build.h"
#include "run/ingest.h"
#include "run/publish.h"
#include "run/step_scope.h"

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
        bindings_(context, analysis) {}

  RunReport run() {
    report_.run = context_.run_id;
    report_.outcomes.reserve(plan_.steps.size());
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
  /// A model that is built and staged, waiting for all others to be ready too.
  struct Ready {
    size_t outcome;
    std::optional<BuiltVersion> built;  ///< nothing when only a target lags behind
    ModelPublisher publisher;
  };

  void work() {
    for (const Step& step : plan_.steps) prepare(step);
    if (context_.cancel.requested()) return give_up();
    for (Ready& ready : ready_) make_visible(ready);
    for (Ready& ready : ready_) {
      if (report_.outcomes[ready.outcome].status == "published") ready.publisher.retire();
    }
    for (const DatasetOutcome& outcome : report_.outcomes) clean_up(outcome);
  }

  /// Old versions go once nobody can want them; what a reader or a kept version holds stays. Never
  /// fails a run.
  void clean_up(const DatasetOutcome& outcome) {
    if (outcome.status == "unchanged") return;
    const auto removed = context_.state.clean_up(outcome.dataset, kKeptVersions, kKeptFor);
    if (!removed.ok())
      context_.observer.note(outcome.dataset, "not cleaned up: " + removed.error().message);
  }

  void prepare(const Step& step) {
    report_.outcomes.push_back({.dataset = step.dataset,
                                .action = action_name(step.action),
                                .status = "unchanged",
                                .version = step.base_version});
    DatasetOutcome& outcome = report_.outcomes.back();
    if (step.action == Action::kSkip || step.action == Action::kView) return;
    if (context_.cancel.requested()) return set(outcome, "cancelled");
    if (const std::string broken = broken_upstream(step); !broken.empty()) {
      set(outcome, "not run");
      failed_.insert(step.dataset);
      context_.observer.note(step.dataset, fmt::format("not run: {} failed", broken));
      return;
    }
    const Status done = step.is_source ? read(step, outcome) : build(step);
    if (!done.ok()) fail(outcome, step.dataset, done.error());
  }

  Status read(const Step& step, DatasetOutcome& outcome) {
    RHUMB_ASSIGN(const Manifest manifest, ingest(context_, step));
    outcome.version = manifest.version;
    outcome.rows = manifest.rows();
    for (const LedgerEntry& input : manifest.inputs) {
      if (input.run == context_.run_id) outcome.rejected += input.rejected;
    }
    set(outcome, "published");
    return bindings_.bind(manifest);
  }

  Status build(const Step& step) {
    const ModelDef& model = context_.project.models.at(step.dataset);
    const size_t outcome = report_.outcomes.size() - 1;
    std::optional<BuiltVersion> built;
    Manifest version;
    if (step.action == Action::kPublish) {
      RHUMB_ASSIGN(const auto newest, context_.state.newest_manifest(step.dataset));
      version = newest.value();
      RHUMB_TRY(bindings_.bind(version));
    } else {
      RHUMB_ASSIGN(built, build_model(context_, bindings_, analysis_.models.at(step.dataset), step,
                                      options_.plan));
      RHUMB_TRY(check(model, *built));
      RHUMB_TRY(fault_point(FaultPoint::kBuildChecked));
      version = built->manifest;
    }
    ModelPublisher publisher(context_, model, version, options_.consent_to_breaking);
    if (!options_.store_only) {
      RHUMB_TRY(publisher.inspect());
      if (const Status staged = publisher.stage(); !staged.ok()) {
        publisher.abandon();
        return staged;
      }
    }
    ready_.push_back({outcome, std::move(built), std::move(publisher)});
    return {};
  }

  Status check(const ModelDef& model, BuiltVersion& built) {
    if (model.asserts.empty()) return {};
    StepScope scope(context_, model.name, "check", "");
    auto results =
        AssertRunner(context_, bindings_, model, analysis_.models.at(model.name)).run(built);
    if (!results.ok()) return scope.fail(std::move(results).error());
    built.manifest.checks = *results;
    report_.outcomes.back().checks = *results;
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

  /// Commits in the store first: from then on the target can only be rolled forward.
  void make_visible(Ready& ready) {
    DatasetOutcome& outcome = report_.outcomes[ready.outcome];
    const std::string& name = ready.publisher.dataset();
    if (!broken_by(name).empty()) {
      ready.publisher.abandon();
      return set(outcome, "not run");
    }
    if (ready.built) {
      if (const Status committed = context_.state.commit(ready.built->manifest, {});
          !committed.ok()) {
        ready.publisher.abandon();
        return fail(outcome, name, committed.error());
      }
      outcome.rows = ready.built->manifest.rows();
    }
    outcome.version = ready.publisher.version();
    // Nothing is open, and so nothing switches, when targets are left alone.
    if (const Status switched = ready.publisher.switch_over(); !switched.ok())
      return fail(outcome, name, switched.error());
    set(outcome, "published");
  }

  void give_up() {
    for (Ready& ready : ready_) {
      ready.publisher.abandon();
      set(report_.outcomes[ready.outcome], "cancelled");
    }
  }

  [[nodiscard]] std::string broken_upstream(const Step& step) const {
    return step.is_source ? "" : broken_by(step.dataset);
  }

  [[nodiscard]] std::string broken_by(const std::string& model) const {
    for (const std::string& name : analysis_.models.at(model).stored) {
      if (failed_.contains(name)) return name;
    }
    return "";
  }

  static void set(DatasetOutcome& outcome, const char* status) { outcome.status = status; }

  void fail(DatasetOutcome& outcome, const std::string& dataset, const Error& error) {
    set(outcome, error.code == Code::kCancelled ? "cancelled" : "failed");
    outcome.error = error;
    failed_.insert(dataset);
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
  Bindings bindings_;
  RunReport report_;
  Stopwatch watch_;
  std::list<Ready> ready_;
  std::set<std::string> failed_;
};

}  // namespace

RunReport execute(RunContext& context, const Analysis& analysis, const Plan& plan,
                  const ExecuteOptions& options) {
  return Executor(context, analysis, plan, options).run();
}

}  // namespace rhumb
