#include "run/run_report.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "run/error_json.h"

namespace rhumb {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

Json dataset_entry(const std::string& name) {
  return {{"dataset", name},
          {"kind", ""},
          {"action", ""},
          {"reason", ""},
          {"status", "unknown"},
          {"version_before", 0},
          {"version", 0},
          {"rows", 0},
          {"quarantined", 0},
          {"checks", Json::array()},
          {"inputs", Json::array()},
          {"quarantine", Json::array()},
          {"steps", Json::array()},
          {"messages", Json::array()}};
}

double per_second(const Json& step, const char* what) {
  const auto seconds = step.value("seconds", 0.0);
  return seconds > 0 ? step.value(what, 0.0) / seconds : 0.0;
}

Json step_entry(Json body, Micros ended_at) {
  const auto length = static_cast<Micros>(body.value("seconds", 0.0) * 1e6);
  body["started_at"] = format_utc(ended_at - length);
  body["rows_per_second"] = per_second(body, "rows");
  body["bytes_per_second"] = per_second(body, "bytes");
  return body;
}

/// Puts a report together from what was written down, in the order in which it was.
class Assembly {
 public:
  Assembly(State& state, Json head) : state_(state), report_(std::move(head)) {
    report_["datasets"] = Json::array();
    report_["messages"] = Json::array();
    report_["errors"] = Json::array();
  }

  Result<std::string> of_run(const std::string& run) {
    RHUMB_ASSIGN(const auto events, state_.events(run));
    const bool has_steps = std::any_of(events.begin(), events.end(),
                                       [](const RunEvent& event) { return event.kind == "step"; });
    if (!has_steps) RHUMB_TRY(take_plain_steps(run));
    for (const RunEvent& event : events) take(event);
    RHUMB_TRY(take_quarantine(run));
    RHUMB_TRY(take_inputs(run));
    return report_.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  }

 private:
  Json& dataset(const std::string& name) {
    const auto [known, is_new] = index_.emplace(name, report_["datasets"].size());
    if (is_new) report_["datasets"].push_back(dataset_entry(name));
    return report_["datasets"][known->second];
  }

  void take(const RunEvent& event) {
    // What is no JSON was not written by us; the rest of the report is still worth something.
    Json body = Json::parse(event.body, nullptr, false);
    if (!body.is_object()) return;
    if (event.kind == "step") {
      dataset(event.dataset)["steps"].push_back(step_entry(std::move(body), event.at));
    } else if (event.kind == "dataset") {
      dataset(event.dataset).update(body);
    } else if (event.kind == "error") {
      report_["errors"].push_back(std::move(body));
    } else {
      Json message{{"at", format_utc(event.at)},
                   {"kind", event.kind},
                   {"text", body.value("text", std::string())}};
      Json& list = event.dataset.empty() ? report_["messages"] : dataset(event.dataset)["messages"];
      list.push_back(std::move(message));
    }
  }

  /// Of a run that an older Rhumb has written down.
  Status take_plain_steps(const std::string& run) {
    RHUMB_ASSIGN(const auto steps, state_.steps(run));
    for (const StepRecord& step : steps) {
      Json body{{"step", step.step},     {"reason", step.reason},
                {"status", step.status}, {"seconds", step.seconds},
                {"rows", step.rows},     {"bytes", step.bytes},
                {"detail", ""},          {"started_at", nullptr}};
      body["rows_per_second"] = per_second(body, "rows");
      body["bytes_per_second"] = per_second(body, "bytes");
      dataset(step.dataset)["steps"].push_back(std::move(body));
    }
    return {};
  }

  Status take_quarantine(const std::string& run) {
    RHUMB_ASSIGN(const auto counts, state_.quarantine_counts(run));
    for (const QuarantineCount& count : counts) {
      dataset(count.source)["quarantine"].push_back(
          {{"reason", count.reason}, {"status", count.status}, {"records", count.records}});
    }
    return {};
  }

  /// What each source took in, as long as the version is kept.
  Status take_inputs(const std::string& run) {
    for (Json& entry : report_["datasets"]) {
      if (entry["kind"] != "source" || entry["status"] != "published") continue;
      const auto version =
          state_.manifest(entry["dataset"].get<std::string>(), entry["version"].get<uint64_t>());
      if (!version.ok() && version.error().code == Code::kNotFound) continue;
      if (!version.ok()) return version.error();
      for (const LedgerEntry& input : version->inputs) {
        if (input.run != run) continue;
        entry["inputs"].push_back({{"name", input.announcement.name},
                                   {"size", input.announcement.size},
                                   {"rows", input.rows},
                                   {"quarantined", input.rejected}});
      }
    }
    return {};
  }

  State& state_;
  Json report_;
  std::map<std::string, size_t> index_;  ///< of datasets in the report
};

Json head_of(const std::string& project, const std::string& environment) {
  return {{"format", kFormat}, {"project", project}, {"environment", environment}};
}

Result<RunRecord> find_run(State& state, const std::string& id) {
  RHUMB_ASSIGN(const auto runs, state.runs(std::string::npos));
  for (const RunRecord& run : runs) {
    if (run.id == id || id == "last") return run;
  }
  return Error{Code::kNotFound,
               fmt::format("there is no run `{}`", printable(id, 60)),
               runs.empty() ? "nothing has run here yet"
                            : fmt::format("the last one is {}; all of them: rhumb query \"FROM "
                                          "rhumb_runs\"",
                                          runs.front().id),
               {}};
}

}  // namespace

Result<std::string> run_report_json(State& state, const std::string& project,
                                    const std::string& run) {
  RHUMB_ASSIGN(const RunRecord record, find_run(state, run));
  Json head = head_of(project, record.environment);
  const bool over = record.finished_at > 0;
  const Micros end = over ? record.finished_at : now_micros();
  head["run"] = record.id;
  head["status"] = record.status;
  head["summary"] = record.summary;
  head["started_at"] = format_utc(record.started_at);
  head["finished_at"] = over ? Json(format_utc(record.finished_at)) : Json(nullptr);
  head["seconds"] = static_cast<double>(end - record.started_at) / 1e6;
  return Assembly(state, std::move(head)).of_run(record.id);
}

std::string idle_report_json(const std::string& project, const Plan& plan) {
  Json report = head_of(project, plan.environment);
  const std::string now = format_utc(now_micros());
  report["run"] = "";
  report["status"] = "succeeded";
  report["summary"] = "everything is up to date";
  report["started_at"] = now;
  report["finished_at"] = now;
  report["seconds"] = 0.0;
  report["datasets"] = Json::array();
  for (const Step& step : plan.steps) {
    Json entry = dataset_entry(step.dataset);
    entry["kind"] = step.is_source ? "source" : "model";
    entry["action"] = action_name(step.action);
    entry["reason"] = step.reason;
    entry["status"] = "unchanged";
    entry["version_before"] = step.base_version;
    entry["version"] = step.base_version;
    for (const std::string& note : step.notes)
      entry["messages"].push_back({{"at", now}, {"kind", "note"}, {"text", note}});
    report["datasets"].push_back(std::move(entry));
  }
  report["messages"] = Json::array();
  report["errors"] = Json::array();
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rhumb
