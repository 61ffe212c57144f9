#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "cli/report_files.h"
#include "cli/workspace.h"
#include "run/run_report.h"

namespace rhumb {
namespace {

struct Row {
  std::string dataset, kind;
  std::optional<Manifest> newest;
  std::vector<Publication> targets;
};

Result<std::vector<Row>> gather(const Project& project, State& state) {
  RHUMB_ASSIGN(const auto publications, state.publications());
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, const char* kind) -> Status {
    Row row{.dataset = name, .kind = kind, .newest = std::nullopt, .targets = {}};
    RHUMB_ASSIGN(row.newest, state.newest_manifest(name));
    for (const Publication& publication : publications) {
      if (publication.dataset == name) row.targets.push_back(publication);
    }
    rows.push_back(std::move(row));
    return {};
  };
  for (const auto& [name, source] : project.sources) RHUMB_TRY(add(name, "source"));
  for (const auto& [name, model] : project.models) {
    if (model.kind != ModelKind::kView) RHUMB_TRY(add(name, kind_name(model.kind)));
  }
  return rows;
}

std::string version_of(const Manifest& manifest) {
  return manifest.rolled_back_to ? fmt::format("v{} (rolled back)", *manifest.rolled_back_to)
                                 : fmt::format("v{}", manifest.version);
}

std::string targets_of(const Row& row) {
  std::vector<std::string> parts;
  for (const Publication& target : row.targets) {
    const bool lags = row.newest && target.version != row.newest->content_version();
    if (target.version == 0) {
      parts.push_back(target.target + " (not published to since the restore)");
      continue;
    }
    parts.push_back(
        fmt::format("{} v{}{}", target.target, target.version, lags ? " (lags behind)" : ""));
  }
  return join(parts, ", ");
}

void print_text(const std::vector<Row>& rows, Console& console) {
  std::vector<std::vector<std::string>> lines;
  for (const Row& row : rows) {
    if (!row.newest) {
      lines.push_back({row.dataset, row.kind, "never made", "", "", "", ""});
      continue;
    }
    const double age = static_cast<double>(now_micros() - row.newest->created_at) / 1e6;
    lines.push_back({row.dataset, row.kind, version_of(*row.newest),
                     human_count(row.newest->rows()), human_bytes(row.newest->bytes()),
                     human_seconds(age) + " ago", targets_of(row)});
  }
  console.print(render_table({"DATASET", "KIND", "VERSION", "ROWS", "SIZE", "MADE", "TARGETS"},
                             lines, {false, false, false, true, true, true, false}));
}

void print_json(const std::vector<Row>& rows, Console& console) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json entry{{"dataset", row.dataset}, {"kind", row.kind}};
    if (row.newest) {
      entry["version"] = row.newest->version;
      entry["content_version"] = row.newest->content_version();
      entry["rows"] = row.newest->rows();
      entry["bytes"] = row.newest->bytes();
      entry["created_at"] = format_utc(row.newest->created_at);
      entry["reason"] = row.newest->reason;
    }
    for (const Publication& target : row.targets)
      entry["targets"].push_back({{"target", target.target}, {"version", target.version}});
    list.push_back(std::move(entry));
  }
  console.print(nlohmann::ordered_json{{"datasets", list}}.dump());
}

/// One dataset: its versions with their reasons and checks.
int print_versions(Workspace& workspace, const std::string& dataset, Console& console) {
  const auto versions = workspace.state()->versions(dataset);
  if (!versions.ok()) return workspace.fail(versions.error());
  for (const Manifest& version : *versions) {
    console.print(fmt::format("{} v{}  {}  {} rows  {}", dataset, version.version,
                              format_utc(version.created_at), human_count(version.rows()),
                              version.reason));
    for (const CheckResult& check : version.checks) {
      console.print(
          fmt::format("    {} {}  {}", check.passed ? "ok  " : "FAIL", check.name, check.detail));
    }
  }
  return 0;
}

void print_run(const nlohmann::ordered_json& report, Console& console) {
  const auto text = [](const nlohmann::ordered_json& from, const char* key) {
    return from.value(key, std::string());
  };
  console.print(fmt::format("run {}  {}  {} in {}", text(report, "run"), text(report, "started_at"),
                            text(report, "status"), human_seconds(report.value("seconds", 0.0))));
  for (const auto& error : report["errors"])
    console.print(fmt::format("  error[{}]: {}", text(error, "code"), text(error, "message")));
  for (const auto& dataset : report["datasets"]) {
    console.print(fmt::format("  {:<22} {}: {}; {}", text(dataset, "dataset"),
                              text(dataset, "action"), text(dataset, "status"),
                              text(dataset, "reason")));
    for (const auto& step : dataset["steps"]) {
      console.print(fmt::format("    {:<8} {:<9} {:>13} rows  {:>8}  {}", text(step, "step"),
                                text(step, "status"), human_count(step.value("rows", uint64_t{0})),
                                human_seconds(step.value("seconds", 0.0)), text(step, "detail")));
    }
    for (const auto& message : dataset["messages"])
      console.print(fmt::format("    {}: {}", text(message, "kind"), text(message, "text")));
  }
}

/// A run of the past: told here, or written into files.
int show_run(const Invocation& invocation, Workspace& workspace, Console& console) {
  const auto files = report_files(invocation);
  if (!files.ok()) return workspace.fail(files.error());
  const auto json =
      run_report_json(*workspace.state(), workspace.project().name, invocation.value("run"));
  if (!json.ok()) return workspace.fail(json.error());
  if (const Status written = write_reports(*files, *json); !written.ok())
    return workspace.fail(written.error());
  const auto report = nlohmann::ordered_json::parse(*json);
  if (console.json()) {
    console.print(report.dump());
  } else if (files->empty()) {
    print_run(report, console);
  }
  return 0;
}

int run_status(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  if (invocation.has("report") && !invocation.has("run")) {
    return workspace->fail(Error{Code::kUsage,
                                 "--report needs --run: of which run",
                                 "rhumb status --run last --report run.html",
                                 {}});
  }
  const Project& project = workspace->project();
  if (invocation.has("names")) {
    for (const auto& [name, source] : project.sources) console.print(name);
    for (const auto& [name, model] : project.models) console.print(name);
    return 0;
  }
  if (workspace->state() == nullptr) return workspace->status();
  if (invocation.has("run")) return show_run(invocation, *workspace, console);
  if (!invocation.arguments.empty() && !console.json())
    return print_versions(*workspace, invocation.arguments.front(), console);
  auto rows = gather(project, *workspace->state());
  if (!rows.ok()) return workspace->fail(rows.error());
  if (!invocation.arguments.empty()) {
    std::erase_if(*rows,
                  [&](const Row& row) { return row.dataset != invocation.arguments.front(); });
  }
  console.json() ? print_json(*rows, console) : print_text(*rows, console);
  return 0;
}

}  // namespace

CommandSpec status_command() {
  return {
      .name = "status",
      .summary = "show what is visible: versions, rows, age, targets",
      .arguments = {{"dataset", "show one dataset's versions, reasons and checks", false, false}},
      .options = {{"names", 0, "", "print only the names of all datasets", false, {}},
                  {"run",
                   0,
                   "ID",
                   "show what happened in a run; `last` is the newest (their ids: rhumb query "
                   "\"FROM rhumb_runs\")",
                   false,
                   {}},
                  report_option()},
      .examples = {{"rhumb status", "everything"},
                   {"rhumb status processed_data", "one model's history"},
                   {"rhumb status --run last --report run.html", "a page about the last run"}},
      .run = run_status};
}

}  // namespace rhumb
