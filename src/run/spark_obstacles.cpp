#include "run/spark_obstacles.h"

#include <fmt/format.h>

#include "transform/portability.h"

namespace rhumb {
namespace {

/// Models of the choice, and the views below them, in the project's order.
class ObstacleFinder {
 public:
  ObstacleFinder(const Project& project, const Analysis& analysis)
      : project_(project), analysis_(analysis) {}

  void look(const std::string& name) {
    const auto model = project_.models.find(name);
    if (model == project_.models.end() || !seen_.insert(name).second) return;
    const ModelAnalysis& analysis = analysis_.models.at(name);
    for (const std::string& read : analysis.reads) {
      const auto below = project_.models.find(read);
      if (below != project_.models.end() && below->second.kind == ModelKind::kView) look(read);
    }
    check_kind(model->second);
    for (Error& error : portability_errors(analysis.tree))
      errors_.push_back(placed_in_file(std::move(error), model->second));
  }

  Errors take() { return std::move(errors_); }

 private:
  void check_kind(const ModelDef& model) {
    if (model.kind == ModelKind::kFull || model.kind == ModelKind::kView) return;
    errors_.push_back(
        Error{Code::kNotSupported,
              fmt::format("{} is of the kind `{}`, which is not built on Spark yet", model.name,
                          kind_name(model.kind)),
              fmt::format("leave it out with --exclude {}, build it with: rhumb run {}, or make it "
                          "`kind: full`",
                          model.name, model.name),
              model.place});
  }

  const Project& project_;
  const Analysis& analysis_;
  std::set<std::string> seen_;
  Errors errors_;
};

}  // namespace

Errors spark_obstacles(const Project& project, const Analysis& analysis,
                       const std::set<std::string>& datasets) {
  ObstacleFinder finder(project, analysis);
  for (const std::string& name : analysis.graph.order()) {
    if (datasets.contains(name)) finder.look(name);
  }
  return finder.take();
}

}  // namespace rhumb
