#include <fmt/format.h>

#include "base/text.h"
#include "cli/selection.h"
#include "cli/workspace.h"
#include "run/project_lineage.h"
#include "run/static_check.h"
#include "transform/lineage_render.h"

namespace rhumb {
namespace {

int run_lineage(const Invocation& invocation, Console& console) {
  int status = 0;
  auto workspace = Workspace::open(invocation, console, status);
  if (!workspace) return status;
  if (workspace->engine() == nullptr || workspace->analysis() == nullptr ||
      workspace->state() == nullptr)
    return workspace->status();
  const auto chosen = chosen_datasets(invocation, *workspace);
  if (!chosen) return workspace->status();
  const StaticCheck check = check_models(workspace->project(), *workspace->analysis(),
                                         *workspace->engine(), *workspace->state());
  const ProjectLineage lineage =
      trace_lineage(workspace->project(), *workspace->analysis(), check.schemas, *chosen);
  const bool columns = invocation.has("columns");
  const std::string format = console.json() ? "json" : invocation.value("format", "text");
  std::string text = render_lineage(lineage, format, columns);
  if (!text.empty() && text.back() == '\n') text.pop_back();
  console.print(text);
  return 0;
}

}  // namespace

CommandSpec lineage_command() {
  std::vector<OptionSpec> options = selection_options();
  options.push_back({"columns", 'c', "", "show what each column is made from", false, {}});
  options.push_back(
      {"format", 0, "FORMAT", "text, json or dot (Graphviz)", false, {"text", "json", "dot"}});
  return {.name = "lineage",
          .summary = "show what is made from what, tables or columns",
          .arguments = {selector_argument()},
          .options = options,
          .examples = {{"rhumb lineage +processed_data --columns", ""},
                       {"rhumb lineage --format dot | dot -Tsvg", "a picture"}},
          .run = run_lineage};
}

}  // namespace rhumb
