#include <fmt/format.h>

#include "base/text.h"
#include "cli/plan_view.h"
#include "cli/planning.h"
#include "cli/selection.h"

namespace rhumb {
namespace {

int run_plan(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  const auto observer = silent_observer();
  const auto planned = make_plan_for(invocation, *workspace, *observer);
  if (!planned) return workspace->status();
  if (console.json()) {
    console.print(plan_json(planned->plan));
  } else {
    console.print(plan_text(planned->plan, workspace->project(), console));
  }
  return 0;
}

}  // namespace

CommandSpec plan_command() {
  return {.name = "plan",
          .summary = "show what a run would do, and why; changes nothing",
          .arguments = {selector_argument()},
          .options = planning_options(),
          .examples = {{"rhumb plan", "the whole project"},
                       {"rhumb plan +processed_data", "one model and all it reads"}},
          .run = run_plan};
}

}  // namespace rhumb
