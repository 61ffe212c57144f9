#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/workspace.h"
#include "run/static_check.h"

namespace rhumb {
namespace {

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
          .examples = {{"rhumb check", ""}, {"rhumb check --json", "one JSON object, for editors"}},
          .run = run_check};
}

}  // namespace rhumb
