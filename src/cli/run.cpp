#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/erasing.h"
#include "cli/leases.h"
#include "cli/planning.h"
#include "cli/progress.h"
#include "cli/report_files.h"
#include "cli/selection.h"
#include "run/error_json.h"
#include "run/executor.h"
#include "run/run_report.h"
#include "run/spark_obstacles.h"

namespace rhumb {
namespace {

constexpr int64_t kMostJobs = 64;

nlohmann::ordered_json outcome_json(const DatasetOutcome& outcome) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const CheckResult& check : outcome.checks)
    checks.push_back({{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}});
  nlohmann::ordered_json object{{"dataset", outcome.dataset},
                                {"action", outcome.action},
                                {"status", outcome.status},
                                {"version", outcome.version},
                                {"rows", outcome.rows},
                                {"quarantined", outcome.rejected},
                                {"checks", checks}};
  if (outcome.error) object["error"] = error_json(*outcome.error);
  return object;
}

void print_json(const RunReport& report, Console& console) {
  nlohmann::ordered_json outcomes = nlohmann::ordered_json::array();
  for (const DatasetOutcome& outcome : report.outcomes) outcomes.push_back(outcome_json(outcome));
  nlohmann::ordered_json errors = nlohmann::ordered_json::array();
  for (const Error& error : report.errors) errors.push_back(error_json(error));
  console.print(json_line({{"event", "run"},
                           {"run", report.run},
                           {"status", report.status},
                           {"seconds", report.seconds},
                           {"datasets", outcomes},
                           {"errors", errors}}));
}

std::string summary(const RunReport& report, const Project& project) {
  std::vector<std::string> published;
  uint64_t rejected = 0;
  std::string undo;
  for (const DatasetOutcome& outcome : report.outcomes) {
    rejected += outcome.rejected;
    if (outcome.status != "published" || !project.models.contains(outcome.dataset)) continue;
    published.push_back(fmt::format("{} v{}", outcome.dataset, outcome.version));
    if (outcome.version > 1) undo = outcome.dataset;
  }
  const std::string what = published.empty() ? "Nothing to publish"
                           : published.size() <= 4
                               ? "Published " + join(published, ", ")
                               : fmt::format("Published {} models", published.size());
  std::string line = fmt::format("{} in {}; {} quarantined.", what, human_seconds(report.seconds),
                                 human_count(rejected));
  if (!undo.empty()) line += fmt::format("  Undo: rhumb rollback {}", undo);
  return line;
}

int finish(const RunReport& report, const Project& project, Console& console) {
  if (console.json()) {
    print_json(report, console);
  } else {
    console.report(report.errors);
    if (report.status == "cancelled")
      console.print("Cancelled; nothing half-done is visible. Go on with: rhumb run");
    if (report.status == "failed") {
      console.print(fmt::format("Failed after {}. What readers saw before is what they see now.",
                                human_seconds(report.seconds)));
    }
    if (report.status == "succeeded") console.print(summary(report, project));
  }
  if (report.status == "cancelled") return exit_status(Code::kCancelled);
  return report.errors.empty() ? 0 : exit_status(report.errors.front().code);
}

/// What a run that died left behind goes even when it left nothing to do. Never fails a run.
void remove_litter(Workspace& workspace, RunObserver& observer) {
  const auto removed = workspace.files().remove_abandoned_staging();
  if (!removed.ok()) observer.note("", "not cleaned up: " + removed.error().message);
}

/// 0 = as many as the machine is good for.
Result<size_t> jobs_of(const Invocation& invocation) {
  if (!invocation.has("jobs")) return size_t{0};
  const auto jobs = parse_integer(invocation.value("jobs"));
  if (jobs && *jobs >= 1 && *jobs <= kMostJobs) return static_cast<size_t>(*jobs);
  return Error{Code::kUsage,
               fmt::format("--jobs must be 1 to {}, found `{}`", kMostJobs,
                           printable(invocation.value("jobs"), 40)),
               "",
               {}};
}

/// 0, or what is wrong with writing them.
int write_run_reports(const std::vector<std::filesystem::path>& files, const std::string& run,
                      Workspace& workspace) {
  if (files.empty()) return 0;
  const auto json = run_report_json(*workspace.state(), workspace.project().name, run);
  const Status written = json.ok() ? write_reports(files, *json) : Status(json.error());
  return written.ok() ? 0 : workspace.fail(written.error());
}

int say_up_to_date(Console& console) {
  if (console.json()) {
    print_json(RunReport{.run = "", .status = "succeeded"}, console);
  } else {
    console.print(
        "Everything is up to date. (rhumb plan says why; --full-refresh rebuilds all the same)");
  }
  return 0;
}

/// Those that were chosen, and those that an erasure which was interrupted has yet to change.
std::optional<std::set<std::string>> datasets_to_lease(const Invocation& invocation,
                                                       Workspace& workspace) {
  auto datasets = chosen_datasets(invocation, workspace);
  if (!datasets || invocation.has("store-only")) return datasets;
  const auto unfinished = unfinished_datasets(workspace);
  if (!unfinished) return std::nullopt;
  datasets->insert(unfinished->begin(), unfinished->end());
  return datasets;
}

/// False after a failure, which has been printed.
bool can_be_built_on_spark(const Invocation& invocation, Workspace& workspace) {
  const auto chosen = chosen_datasets(invocation, workspace);
  if (!chosen) return false;
  const Errors obstacles = spark_obstacles(workspace.project(), *workspace.analysis(), *chosen);
  if (!obstacles.empty()) workspace.fail(obstacles);
  return obstacles.empty();
}

int run_run(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const auto jobs = jobs_of(invocation);
  if (!jobs.ok()) return workspace->fail(jobs.error());
  const auto files = report_files(invocation);
  if (!files.ok()) return workspace->fail(files.error());
  const bool on_spark = invocation.value("engine") == "spark";
  if (on_spark) workspace->build_on_spark();
  const auto wait = time_to_wait(invocation, *workspace);
  if (!wait || workspace->engine() == nullptr || workspace->analysis() == nullptr)
    return workspace->status();
  if (on_spark && !can_be_built_on_spark(invocation, *workspace)) return workspace->status();
  // Before the plan, so that nobody makes it out of date.
  const auto leased = datasets_to_lease(invocation, *workspace);
  if (!leased || !take_leases(*wait, *workspace, console, *leased, "rhumb run"))
    return workspace->status();
  const auto observer = make_progress(console);
  remove_litter(*workspace, *observer);
  // One that cannot be finished yet keeps nobody from new data.
  const bool erased =
      invocation.has("store-only") || finish_erasures(*leased, *wait, *workspace, *observer);
  const auto planned = make_plan_for(invocation, *workspace, *observer);
  if (!planned) return workspace->status();
  if (!planned->plan.changes_something()) {
    const Status written =
        write_reports(*files, idle_report_json(workspace->project().name, planned->plan));
    if (!written.ok()) return workspace->fail(written.error());
    return erased ? say_up_to_date(console) : workspace->status();
  }
  cancel_on_interrupt(*workspace->engine());
  RunContext context = workspace->context(*observer);
  const RunReport report =
      execute(context, *workspace->analysis(), planned->plan,
              {.publish = {.consent_to_breaking = invocation.has("accept-breaking"),
                           .wait_for_others = *wait},
               .store_only = invocation.has("store-only"),
               .plan = planned->options,
               .jobs = *jobs});
  const int ended = finish(report, workspace->project(), console);
  const int written = write_run_reports(*files, report.run, *workspace);
  if (ended != 0 || written != 0) return ended != 0 ? ended : written;
  return erased ? 0 : workspace->status();
}

}  // namespace

CommandSpec run_command() {
  std::vector<OptionSpec> options = planning_options();
  options.push_back({"engine",
                     0,
                     "NAME",
                     "what builds models: the embedded engine, or Spark with Sedona "
                     "(default: embedded)",
                     false,
                     {"embedded", "spark"}});
  options.push_back({"jobs",
                     'j',
                     "N",
                     "steps that may run at once (default: the number of processors, 2 to 4)",
                     false,
                     {}});
  options.push_back(
      {"accept-breaking", 0, "", "publish even when readers may notice the change", false, {}});
  options.push_back(wait_option());
  options.push_back(report_option());
  return {.name = "run",
          .summary = "bring everything up to date and publish it",
          .doc =
              "Reads inputs not yet seen, builds and checks what depends on them, and switches "
              "every target at the end. Ctrl-C is safe at any moment; a repeated run goes on.",
          .arguments = {selector_argument()},
          .options = options,
          .examples = {{"rhumb run", "the whole project"},
                       {"rhumb run +processed_data", "one model and all it reads"},
                       {"rhumb run trips_weekly --from 2024-01-01",
                        "rebuild partitions from that week on"},
                       {"rhumb run --engine spark", "models are built on Spark"},
                       {"rhumb run --report run.html", "and a page about all that happened"}},
          .run = run_run};
}

}  // namespace rhumb
