#include "cli/plan_view.h"

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

}  // namespace

std::string plan_text(const Plan& plan, const Project& project, const Console& console) {
  std::string out = fmt::format("{}  env {}  engine embedded\n", project.name, plan.environment);
  size_t width = 8;
  for (const Step& step : plan.steps) width = std::max(width, step.dataset.size());
  for (const Step& step : plan.steps) {
    const std::string verb = fmt::format("{:<10}", action_name(step.action));
    out += fmt::format("  {:<{}}  {}  {}\n", step.dataset, width,
                       console.paint(tone_of(step.action), verb), step.reason);
    for (const std::string& note : step.notes) out += fmt::format("    note: {}\n", note);
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

std::string plan_json(const Plan& plan) {
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
  }
  return nlohmann::ordered_json{
      {"environment", plan.environment}, {"changes", plan.changes_something()}, {"steps", steps}}
      .dump();
}

}  // namespace rhumb
