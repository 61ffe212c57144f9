#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/workspace.h"
#include "run/spark_obstacles.h"
#include "run/static_check.h"

namespace rhumb {
namespace {

std::set<std::string> all_models(const Project& project) {
  std::set<std::string> names;
  for (const auto& [name, model] : project.models) names.insert(name);
  return names;
}

int run_check(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  Engine* engine = workspace->engine();
  const Analysis* analysis = workspace->analysis();
  State* state = workspace->state();
  if (engine == nullptr || analysis == nullptr || state == nullptr) return workspace->status();
  const StaticCheck check = check_models(workspace->project(), *analysis, *engine, *state);
  for (const std::string& note : check.notes) console.say("  note: " + note);
  if (!check.errors.empty()) return workspace->fail(check.errors);
  const Project& project = workspace->project();
  if (invocation.has("portable")) {
    const Errors obstacles = spark_obstacles(project, *analysis, all_models(project));
    if (!obstacles.empty()) return workspace->fail(obstacles);
  }
  if (console.json()) {
    console.print(nlohmann::ordered_json{
        {"ok", true},
        {"sources", project.sources.size()},
        {"models", project.models.size()},
        {"tests", project.tests.size()},
        {"notes",
         check.notes}}.dump());
  } else {
    console.print(fmt::format("{}: {} sources, {} models, {} tests: no errors.", project.name,
                              project.sources.size(), project.models.size(), project.tests.size()));
  }
  return 0;
}

}  // namespace

CommandSpec check_command() {
  return {.name = "check",
          .summary = "find errors in the project without reading data",
          .doc =
              "Reads every file, binds every model's SQL against the declared columns, and reports "
              "all errors at once.",
          .options = {{"portable",
                       0,
                       "",
                       "also name what would not be the same with `rhumb run --engine spark`",
                       false,
                       {}}},
          .examples = {{"rhumb check", ""},
                       {"rhumb check --json", "one JSON object, for editors"},
                       {"rhumb check --portable", "would Spark give the same answers?"}},
          .run = run_check};
}

}  // namespace rhumb
