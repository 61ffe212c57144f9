#include "cli/selection.h"

#include <fmt/format.h>

#include "base/text.h"
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

std::optional<Error> unknown_source(const Project& project, const std::string& name,
                                    Sources which) {
  const bool files_only = which == Sources::kOfFiles;
  std::vector<std::string> names;
  for (const auto& [known, source] : project.sources) {
    if (files_only && source.is_table()) continue;
    if (known == name) return std::nullopt;
    names.push_back(known);
  }
  return Error{
      Code::kUnknownName,
      fmt::format("there is no source{} `{}`", files_only ? " of files" : "", printable(name, 60)),
      did_you_mean(name, names,
                   (files_only ? "sources of files: " : "sources: ") + join(names, ", ")),
      {}};
}

}  // namespace rhumb
