#include "cli/selection.h"

#include "transform/selectors.h"

namespace rhumb {

std::vector<OptionSpec> selection_options() {
  return {{"exclude", 'x', "SELECTOR", "leave these out", true, {}}};
}

ArgumentSpec selector_argument() {
  return {"selectors",
          "which datasets: NAME, +NAME (with all it reads), NAME+ (with all that reads it), "
          "tag:TAG, a glob (default: all)",
          false, true};
}

std::optional<std::set<std::string>> chosen_datasets(const Invocation& invocation,
                                                     Workspace& workspace) {
  auto chosen = select_datasets(workspace.project(), workspace.analysis()->graph,
                                invocation.arguments, invocation.all("exclude"));
  if (chosen.ok()) return std::move(chosen).value();
  workspace.fail(chosen.error());
  return std::nullopt;
}

}  // namespace rhumb
