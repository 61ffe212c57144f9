#include "cli/plan_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace rhumb {
namespace {

Tone tone_of(Action action) {
  return action == Action::kSkip || action == Action::kView ? Tone::kDim : Tone::kGood;
}

std::string target_line(const Step& step, const TargetLook& target) {
  const std::string next = step.action == Action::kPublish
                               ? fmt::format("v{}", step.base_version)
                               : fmt::format("v{}", step.base_version + 1);
  const std::string now = target.visible ? fmt::format("v{}", *target.visible) : "nothing";
  return fmt::format("    publish  {}  {} -> {}", target.description, now, next);
}

const LookupPlan* find_lookup(const CompiledSql& compiled, const std::string& name) {
  const auto at = std::find_if(compiled.lookups.begin(), compiled.lookups.end(),
                               [&](const LookupPlan& plan) { return plan.name == name; });
  return at == compiled.lookups.end() ? nullptr : &*at;
}

/// `contains(p, t) by look-up in p, about 263 rows, 24 KiB`
std::string join_line(const SpatialJoin& join, const ExplainedModel& model) {
  if (!join.compiled()) return fmt::format("left to the engine: {}", join.reason);
  std::string out = fmt::format("{}({}, {}): look-up in {}", join.relation, join.indexed,
                                join.probed.empty() ? "each row" : join.probed, join.indexed);
  const LookupPlan* plan = find_lookup(model.compiled, join.lookup);
  if (plan != nullptr && plan->estimated_rows) {
    out += fmt::format(", about {} rows", human_count(*plan->estimated_rows));
  }
  const auto memory = model.memory.find(join.lookup);
  if (memory != model.memory.end()) out += fmt::format(", {}", human_bytes(memory->second));
  if (!join.rule.empty()) out += "; " + join.rule;
  return out;
}

std::string joins_text(const ExplainedModel& model) {
  std::string out;
  for (const SpatialJoin& join : model.compiled.joins) {
    out += fmt::format("    join     {}:{} {} {}  {}\n", join.place.line, join.place.column,
                       join.kind, join.condition, join_line(join, model));
  }
  for (const LookupPlan& plan : model.compiled.lookups) {
    out += fmt::format("    look-up  {}  {}\n", plan.name, plan.rows);
  }
  if (model.compiled.compiled()) out += fmt::format("    runs     {}\n", model.compiled.sql);
  return out;
}

nlohmann::ordered_json joins_json(const ExplainedModel& model) {
  using nlohmann::ordered_json;
  ordered_json joins = ordered_json::array(), lookups = ordered_json::array();
  for (const SpatialJoin& join : model.compiled.joins) {
    joins.push_back({{"line", join.place.line},
                     {"column", join.place.column},
                     {"function", join.condition},
                     {"kind", join.kind},
                     {"compiled", join.compiled()},
                     {"reason", join.reason},
                     {"relation", join.relation},
                     {"indexed", join.indexed},
                     {"probed", join.probed},
                     {"lookup", join.lookup},
                     {"rule", join.rule}});
  }
  for (const LookupPlan& plan : model.compiled.lookups) {
    const auto memory = model.memory.find(plan.name);
    lookups.push_back(
        {{"name", plan.name},
         {"rows_sql", plan.rows},
         {"rows", plan.estimated_rows ? ordered_json(*plan.estimated_rows) : ordered_json()},
         {"bytes", memory == model.memory.end() ? ordered_json() : ordered_json(memory->second)}});
  }
  return {{"sql", model.compiled.sql}, {"joins", joins}, {"lookups", lookups}};
}

}  // namespace

std::string plan_text(const Plan& plan, const ExplainedModels& joins, const Project& project,
                      const Console& console) {
  std::string out = fmt::format("{}  env {}  engine embedded\n", project.name, plan.environment);
  size_t width = 8;
  for (const Step& step : plan.steps) width = std::max(width, step.dataset.size());
  for (const Step& step : plan.steps) {
    const std::string verb = fmt::format("{:<10}", action_name(step.action));
    out += fmt::format("  {:<{}}  {}  {}\n", step.dataset, width,
                       console.paint(tone_of(step.action), verb), step.reason);
    for (const std::string& note : step.notes) out += fmt::format("    note: {}\n", note);
    if (const auto model = joins.find(step.dataset); model != joins.end()) {
      out += joins_text(model->second);
    }
    for (const TargetLook& target : step.targets) {
      out += target_line(step, target) + "\n";
      for (const std::string& note : target.notes) out += fmt::format("             {}\n", note);
      for (const std::string& change : target.breaking) {
        out += fmt::format("             {}\n",
                           console.paint(Tone::kWarning, "readers may notice: " + change));
      }
    }
  }
  out += plan.changes_something() ? "Nothing has been changed.  Apply: rhumb run"
                                  : "Everything is up to date.";
  return out;
}

std::string plan_json(const Plan& plan, const ExplainedModels& joins) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (const Step& step : plan.steps) {
    nlohmann::ordered_json inputs = nlohmann::ordered_json::array();
    for (const InputStep& input : step.inputs) {
      inputs.push_back({{"name", input.announcement.name},
                        {"bytes", input.announcement.size},
                        {"reason", input.reason}});
    }
    nlohmann::ordered_json targets = nlohmann::ordered_json::array();
    for (const TargetLook& target : step.targets) {
      targets.push_back({{"target", target.description},
                         {"visible", target.visible ? nlohmann::ordered_json(*target.visible)
                                                    : nlohmann::ordered_json()},
                         {"notes", target.notes},
                         {"breaking", target.breaking}});
    }
    steps.push_back({{"dataset", step.dataset},
                     {"kind", step.is_source ? "source" : "model"},
                     {"action", action_name(step.action)},
                     {"reason", step.reason},
                     {"version", step.base_version},
                     {"inputs", inputs},
                     {"targets", targets},
                     {"notes", step.notes}});
    if (const auto model = joins.find(step.dataset); model != joins.end()) {
      steps.back()["joins"] = joins_json(model->second);
    }
  }
  return nlohmann::ordered_json{
      {"environment", plan.environment}, {"changes", plan.changes_something()}, {"steps", steps}}
      .dump();
}

}  // namespace rhumb
