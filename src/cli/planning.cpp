#include "cli/planning.h"

#include "cli/selection.h"
#include "run/looks.h"
#include "run/static_check.h"

namespace rhumb {
namespace {

class Silent : public RunObserver {
 public:
  void started(const StepEvent&) override {}
  void progressed(const StepEvent&) override {}
  void finished(const StepEvent&) override {}
  void note(const std::string&, const std::string&) override {}
};

}  // namespace

std::vector<OptionSpec> planning_options() {
  std::vector<OptionSpec> options = selection_options();
  options.push_back({"full-refresh",
                     'f',
                     "",
                     "read the chosen sources anew and rebuild the chosen models",
                     false,
                     {}});
  options.push_back(
      {"store-only", 0, "", "leave targets as they are; publish in the store alone", false, {}});
  options.push_back(
      {"from", 0, "VALUE", "partitioned models: rebuild from this partition on", false, {}});
  options.push_back(
      {"to", 0, "VALUE", "partitioned models: rebuild up to this partition", false, {}});
  return options;
}

std::optional<Planned> make_plan_for(const Invocation& invocation, Workspace& workspace,
                                     RunObserver& observer) {
  if (workspace.engine() == nullptr || workspace.state() == nullptr ||
      workspace.analysis() == nullptr)
    return std::nullopt;
  const auto selected = chosen_datasets(invocation, workspace);
  if (!selected) return std::nullopt;
  Planned planned;
  planned.options = PlanOptions{.environment = workspace.environment().name,
                                .selected = *selected,
                                .rebuild = {},
                                .from = invocation.value("from"),
                                .to = invocation.value("to")};
  if (invocation.has("full-refresh")) planned.options.rebuild = *selected;
  RunContext context = workspace.context(observer);
  StaticCheck check =
      check_models(workspace.project(), *workspace.analysis(), *workspace.engine(),
                   *workspace.state(), [&](const SourceDef& source) -> Result<Schema> {
                     RHUMB_ASSIGN(const auto table,
                                  workspace.adapters().table_source(workspace.project(), source));
                     return table->schema();
                   });
  if (!check.errors.empty()) {
    workspace.fail(check.errors);
    return std::nullopt;
  }
  auto looks = gather_looks(context, *workspace.analysis(),
                            {.selected = *selected,
                             .rebuild = planned.options.rebuild,
                             .schemas = std::move(check.schemas),
                             .targets = !invocation.has("store-only")});
  if (!looks.ok()) {
    workspace.fail(looks.error());
    return std::nullopt;
  }
  planned.plan =
      make_plan(workspace.project(), workspace.analysis()->graph.order(), *looks, planned.options);
  return planned;
}

std::unique_ptr<RunObserver> silent_observer() {
  return std::make_unique<Silent>();
}

}  // namespace rhumb
