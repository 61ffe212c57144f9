#include <fmt/format.h>

#include "base/text.h"
#include "cli/plan_view.h"
#include "cli/planning.h"
#include "cli/selection.h"

namespace rhumb {
namespace {

std::vector<OptionSpec> plan_options() {
  std::vector<OptionSpec> options = planning_options();
  options.push_back({"explain",
                     0,
                     "",
                     "show how the spatial joins of each model will run, and the SQL they become",
                     false,
                     {}});
  return options;
}

int run_plan(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const auto observer = silent_observer();
  const auto planned = make_plan_for(invocation, *workspace, *observer);
  if (!planned) return workspace->status();
  std::map<std::string, ExplainedModel> joins;
  if (invocation.has("explain")) {
    auto explained = explain_models(workspace->project(), planned->plan, *workspace->engine(),
                                    *workspace->state());
    if (!explained.ok()) {
      workspace->fail(explained.error());
      return workspace->status();
    }
    joins = std::move(explained).value();
  }
  if (console.json()) {
    console.print(plan_json(planned->plan, joins));
  } else {
    console.print(plan_text(planned->plan, joins, workspace->project(), console));
  }
  return 0;
}

}  // namespace

CommandSpec plan_command() {
  return {.name = "plan",
          .summary = "show what a run would do, and why; changes nothing",
          .arguments = {selector_argument()},
          .options = plan_options(),
          .examples = {{"rhumb plan", "the whole project"},
                       {"rhumb plan +processed_data", "one model and all it reads"},
                       {"rhumb plan --explain", "how spatial joins will run, too"}},
          .run = run_plan};
}

}  // namespace rhumb
