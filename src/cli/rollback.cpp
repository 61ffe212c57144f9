#include "run/rollback.h"

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/leases.h"
#include "cli/progress.h"
#include "cli/workspace.h"

namespace rhumb {
namespace {

std::optional<uint64_t> parse_version(std::string text) {
  if (!text.empty() && text.front() == 'v') text.erase(0, 1);
  uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && version > 0 ? std::optional(version) : std::nullopt;
}

std::optional<Error> check_model(const Project& project, const std::string& name) {
  const auto model = project.models.find(name);
  if (model != project.models.end() && model->second.kind != ModelKind::kView) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [known, definition] : project.models) {
    if (definition.kind != ModelKind::kView) names.push_back(known);
  }
  return Error{Code::kUnknownName,
               fmt::format("there is no stored model `{}`", printable(name, 60)),
               did_you_mean(name, names, "models: " + join(names, ", ")),
               {}};
}

int run_rollback(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const std::string model = invocation.arguments.front();
  if (const auto error = check_model(workspace->project(), model)) return workspace->fail(*error);
  std::optional<uint64_t> to;
  if (invocation.has("to")) {
    to = parse_version(invocation.value("to"));
    if (!to)
      return workspace->fail(Error{Code::kUsage,
                                   "--to takes a version number, such as 41 or v41",
                                   "see: rhumb status " + model,
                                   {}});
  }
  if (workspace->engine() == nullptr || workspace->state() == nullptr ||
      workspace->analysis() == nullptr)
    return workspace->status();
  const auto wait = time_to_wait(invocation, *workspace);
  if (!wait || !take_leases(*wait, *workspace, console, {model}, "rhumb rollback"))
    return workspace->status();
  const auto observer = make_progress(console);
  RunContext context = workspace->context(*observer);
  const auto report = roll_back(context, *workspace->analysis(), model, to, *wait);
  if (!report.ok()) return workspace->fail(report.error());
  if (console.json()) {
    console.print(nlohmann::ordered_json{
        {"model", model}, {"from", report->from}, {"to", report->to}, {"version", report->version}}
                      .dump());
  } else {
    console.print(fmt::format(
        "{} shows version {} again (it showed {}). It stays until an input or the model changes.",
        model, report->to, report->from));
  }
  return 0;
}

}  // namespace

CommandSpec rollback_command() {
  return {.name = "rollback",
          .summary = "make an older version of a model visible again",
          .arguments = {{"model", "the model's name", true, false}},
          .options = {{"to", 0, "VERSION", "which version (default: the one before)", false, {}},
                      wait_option()},
          .examples = {{"rhumb rollback processed_data", "to the version before"},
                       {"rhumb rollback processed_data --to 41", ""}},
          .run = run_rollback};
}

}  // namespace rhumb
