#include "plan/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

/// Walks the datasets in order and remembers which of them will have a new version.
class Planner {
 public:
  Planner(const Project& project, const Looks& looks, const PlanOptions& options)
      : project_(project), looks_(looks), options_(options) {}

  Plan plan(const std::vector<std::string>& order) {
    Plan out{.environment = options_.environment, .steps = {}};
    for (const std::string& name : order) {
      if (!options_.selected.contains(name)) continue;
      const auto source = project_.sources.find(name);
      Step step = source != project_.sources.end() ? source_step(source->second)
                                                   : model_step(project_.models.at(name));
      if (const VersionLook* version = version_of(name)) step.base_version = version->version;
      steps_[name] = step;
      out.steps.push_back(std::move(step));
    }
    return out;
  }

 private:
  Step source_step(const SourceDef& source) const {
    Step step{.dataset = source.name, .is_source = true};
    const SourceLook& look = looks_.sources.at(source.name);
    const VersionLook* version = version_of(source.name);
    step.notes = look.notes;
    step.fresh =
        options_.rebuild.contains(source.name) ||
        (version != nullptr && version->definition != looks_.source_definitions.at(source.name));
    if (look.table) return table_step(std::move(step), *look.table);
    step.inputs = look.take;
    if (step.fresh && version != nullptr && step.inputs.empty()) {
      step.reason = fresh_reason(step) + ", but none of its files is there: its rows stay as read";
      return step;
    }
    if (step.inputs.empty()) {
      step.reason = look.known_inputs == 0 ? "no inputs found"
                                           : fmt::format("no new inputs; {} already read",
                                                         human_count(look.known_inputs));
      return step;
    }
    step.action = Action::kRead;
    step.reason = files_reason(step, look, version);
    if (step.fresh && !look.gone.empty()) step.notes.push_back(leaving_note(look));
    return step;
  }

  Step table_step(Step step, const Observation& observed) const {
    step.reason = observed.reason;
    step.fingerprint = observed.fingerprint;
    if (observed.changed || step.fresh || version_of(step.dataset) == nullptr) {
      step.action = Action::kRead;
      if (!observed.changed) step.reason = fresh_reason(step);
    }
    return step;
  }

  std::string fresh_reason(const Step& step) const {
    return options_.rebuild.contains(step.dataset) ? "asked for"
                                                   : "the source's definition changed";
  }

  std::string files_reason(const Step& step, const SourceLook& look,
                           const VersionLook* version) const {
    if (step.fresh)
      return fresh_reason(step) + fmt::format(": {} read anew", files(step.inputs.size()));
    const auto replaced =
        std::count_if(step.inputs.begin(), step.inputs.end(),
                      [](const InputStep& input) { return !input.replaces.empty(); });
    const auto fresh = step.inputs.size() - static_cast<size_t>(replaced);
    std::vector<std::string> parts;
    if (fresh > 0) parts.push_back(fmt::format("{} new", files(fresh)));
    if (replaced > 0)
      parts.push_back(fmt::format("{} with new content", files(static_cast<size_t>(replaced))));
    std::string reason = join(parts, ", ");
    if (version != nullptr)
      reason += fmt::format("; {} already read", human_count(look.known_inputs));
    return reason;
  }

  /// Files that are only missing keep their rows; read anew, there is nothing to read them from.
  static std::string leaving_note(const SourceLook& look) {
    constexpr size_t kNamed = 3;
    std::vector<std::string> names(
        look.gone.begin(),
        look.gone.begin() + static_cast<std::ptrdiff_t>(std::min(kNamed, look.gone.size())));
    if (look.gone.size() > kNamed) names.emplace_back("...");
    return fmt::format(
        "{} rows leave: {} read before {} no longer there ({}). To keep them, put the files back "
        "before the run, or leave the source as it was",
        human_count(look.gone_rows), files(look.gone.size()), look.gone.size() == 1 ? "is" : "are",
        join(names, ", "));
  }

  static std::string files(size_t n) { return n == 1 ? "1 file" : human_count(n) + " files"; }

  Step model_step(const ModelDef& model) const {
    Step step{.dataset = model.name};
    const ModelLook& look = looks_.models.at(model.name);
    if (model.kind == ModelKind::kView) {
      step.action = Action::kView;
      step.reason = "not stored";
      return step;
    }
    decide_build(model, look, step);
    if (step.action != Action::kSkip) {
      step.targets = look.targets;
      return step;
    }
    decide_publish(look, step);
    return step;
  }

  void decide_build(const ModelDef& model, const ModelLook& look, Step& step) const {
    const VersionLook* version = version_of(model.name);
    if (version == nullptr) return rebuild(step, "first version");
    if (model.kind == ModelKind::kPartitioned && !(options_.from.empty() && options_.to.empty())) {
      step.action = Action::kPartitions;
      step.reason = fmt::format("asked for: {} from {} to {}", model.partition_by,
                                options_.from.empty() ? "the first" : options_.from,
                                options_.to.empty() ? "the last" : options_.to);
      return;
    }
    if (options_.rebuild.contains(model.name)) return rebuild(step, "asked for");
    if (version->definition != look.definition)
      return rebuild(step, "the model's definition changed");
    const std::vector<std::string> changed = changed_upstream(look, *version);
    if (changed.empty()) {
      step.reason = upstream_reason(look);
      return;
    }
    const std::string reason = join(changed, ", ") + " changed";
    if (model.kind == ModelKind::kFull) return rebuild(step, reason);
    if (version->version != version->content_version) {
      return rebuild(step,
                     reason + ", and the visible version is a rollback that lacks later rows");
    }
    if (const std::string obstacle = obstacle_to_increment(model, look, changed);
        !obstacle.empty()) {
      return rebuild(step, obstacle);
    }
    step.action = model.kind == ModelKind::kAppend ? Action::kAppend : Action::kPartitions;
    step.reason = "new rows in " + look.append_source;
  }

  static void rebuild(Step& step, std::string reason) {
    step.action = Action::kRebuild;
    step.reason = std::move(reason);
  }

  /// Upstream datasets that have, or will have, another version than the one last built from.
  std::vector<std::string> changed_upstream(const ModelLook& look,
                                            const VersionLook& version) const {
    std::vector<std::string> changed;
    for (const std::string& name : look.upstream) {
      const auto step = steps_.find(name);
      const bool planned = step != steps_.end() && step->second.action != Action::kSkip &&
                           step->second.action != Action::kPublish;
      const VersionLook* now = version_of(name);
      const auto built_from = version.upstream.find(name);
      const bool moved = now != nullptr && (built_from == version.upstream.end() ||
                                            built_from->second != now->version);
      if (planned || moved) changed.push_back(name);
    }
    return changed;
  }

  std::string upstream_reason(const ModelLook& look) const {
    std::vector<std::string> parts;
    for (const std::string& name : look.upstream) {
      const VersionLook* now = version_of(name);
      parts.push_back(now == nullptr ? name : fmt::format("{} v{}", name, now->version));
    }
    return parts.empty() ? "unchanged" : "built from " + join(parts, ", ");
  }

  /// Why only new rows are not enough; "" when they are.
  std::string obstacle_to_increment(const ModelDef& model, const ModelLook& look,
                                    const std::vector<std::string>& changed) const {
    for (const std::string& name : changed) {
      if (name != look.append_source) return name + " changed, and every row is joined with it";
    }
    const auto step = steps_.find(look.append_source);
    if (step == steps_.end()) return "";
    if (step->second.fresh) return look.append_source + " is read anew";
    if (!step->second.is_source) {
      return step->second.action == Action::kAppend ? "" : look.append_source + " is rebuilt";
    }
    if (model.kind == ModelKind::kAppend) {
      for (const InputStep& input : step->second.inputs) {
        if (!input.replaces.empty())
          return input.announcement.name + " has new content: its old rows must leave";
      }
    }
    return looks_.sources.at(look.append_source).table
               ? look.append_source + " is a table, read whole"
               : "";
  }

  void decide_publish(const ModelLook& look, Step& step) const {
    const VersionLook* version = version_of(step.dataset);
    for (const TargetLook& target : look.targets) {
      const bool shows_it = target.visible == version->content_version;
      if (shows_it && target.move.empty()) continue;
      step.targets.push_back(target);
      step.action = Action::kPublish;
      step.reason = shows_it         ? target.move
                    : target.visible ? fmt::format("target shows v{}, the store has v{}",
                                                   *target.visible, version->content_version)
                                     : "not yet in its target";
    }
  }

  const VersionLook* version_of(const std::string& name) const {
    const auto found = looks_.versions.find(name);
    return found == looks_.versions.end() ? nullptr : &found->second;
  }

  const Project& project_;
  const Looks& looks_;
  const PlanOptions& options_;
  std::map<std::string, Step> steps_;
};

}  // namespace

const char* action_name(Action action) {
  switch (action) {
    case Action::kSkip:
      return "skip";
    case Action::kRead:
      return "read";
    case Action::kRebuild:
      return "rebuild";
    case Action::kAppend:
      return "append";
    case Action::kPartitions:
      return "partitions";
    case Action::kPublish:
      return "publish";
    case Action::kView:
      return "view";
  }
  return "skip";
}

bool Plan::changes_something() const {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return step.action != Action::kSkip && step.action != Action::kView;
  });
}

Plan make_plan(const Project& project, const std::vector<std::string>& order, const Looks& looks,
               const PlanOptions& options) {
  return Planner(project, looks, options).plan(order);
}

}  // namespace rhumb
