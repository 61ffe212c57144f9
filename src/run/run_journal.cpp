#include "run/run_journal.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "run/error_json.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kFlushSeconds = 1;

Json outcome_body(const Step& step, const DatasetOutcome& outcome) {
  Json checks = Json::array();
  for (const CheckResult& check : outcome.checks)
    checks.push_back({{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}});
  Json body{{"kind", step.is_source ? "source" : "model"},
            {"action", outcome.action},
            {"reason", step.reason},
            {"status", outcome.status},
            {"version_before", step.base_version},
            {"version", outcome.version},
            {"rows", outcome.rows},
            {"quarantined", outcome.rejected},
            {"checks", checks}};
  if (outcome.error) body["error"] = error_json(*outcome.error);
  return body;
}

}  // namespace

RunJournal::RunJournal(RunObserver& inner, State& state, std::string run)
    : inner_(inner), state_(state), run_(std::move(run)) {}

RunJournal::~RunJournal() {
  flush();
}

void RunJournal::progressed(const StepEvent& event) {
  inner_.progressed(event);
  if (since_flush_.seconds() > kFlushSeconds) flush();
}

void RunJournal::finished(const StepEvent& event) {
  inner_.finished(event);
  Json body{{"step", event.step},       {"reason", event.reason}, {"status", event.status},
            {"seconds", event.seconds}, {"rows", event.rows},     {"bytes", event.bytes},
            {"detail", event.detail}};
  if (event.error) body["error"] = error_json(*event.error);
  keep("step", event.dataset, json_line(body));
}

void RunJournal::note(const std::string& dataset, const std::string& text) {
  inner_.note(dataset, text);
  keep("note", dataset, json_line({{"text", text}}));
}

void RunJournal::alarm(const std::string& dataset, const std::string& text) {
  inner_.alarm(dataset, text);
  keep("alarm", dataset, json_line({{"text", text}}));
}

void RunJournal::close(const Plan& plan, const RunReport& report) {
  for (size_t i = 0; i < plan.steps.size(); ++i)
    keep("dataset", plan.steps[i].dataset,
         json_line(outcome_body(plan.steps[i], report.outcomes[i])));
  for (const Error& error : report.errors) keep("error", "", json_line(error_json(error)));
  flush();
}

void RunJournal::keep(const char* kind, const std::string& dataset, std::string body) {
  if (broken_) return;
  waiting_.push_back(
      {.run = run_, .at = now_micros(), .kind = kind, .dataset = dataset, .body = std::move(body)});
  if (since_flush_.seconds() > kFlushSeconds) flush();
}

void RunJournal::flush() {
  since_flush_ = Stopwatch();
  const Status written = state_.record_events(std::exchange(waiting_, {}));
  if (written.ok() || broken_) return;
  broken_ = true;
  inner_.note("", "no more of this run can be written down: " + written.error().message);
}

}  // namespace rhumb
