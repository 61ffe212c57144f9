#include "run/analysis.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "run/definition.h"
#include "transform/incremental.h"

namespace rhumb {
namespace {

class Analyser {
 public:
  Analyser(const Project& project, Engine& engine) : project_(project), engine_(engine) {}

  std::variant<Analysis, Errors> run() {
    for (const auto& [name, model] : project_.models) parse(model);
    if (!errors_.empty()) return std::move(errors_);
    auto graph = DependencyGraph::build(project_, references_);
    if (auto* errors = std::get_if<Errors>(&graph)) return std::move(*errors);
    out_.graph = std::get<DependencyGraph>(std::move(graph));
    for (const std::string& name : out_.graph.order()) {
      if (const auto model = project_.models.find(name); model != project_.models.end())
        resolve(model->second);
    }
    if (!errors_.empty()) return std::move(errors_);
    return std::move(out_);
  }

 private:
  void parse(const ModelDef& model) {
    auto references = parse_references(model);
    if (references.ok()) {
      references_[model.name] = std::move(references).value();
    } else {
      errors_.push_back(placed_in_file(std::move(references).error(), model));
    }
  }

  Result<References> parse_references(const ModelDef& model) {
    RHUMB_ASSIGN(const std::string json, engine_.syntax_tree(model.sql));
    RHUMB_ASSIGN(SyntaxTree tree, SyntaxTree::parse(json, model.sql));
    auto references = find_references(tree, facts_);
    json_[model.name] = json;
    out_.models.emplace(model.name, ModelAnalysis{.tree = std::move(tree)});
    return references;
  }

  /// REQUIRES: everything the model reads is resolved.
  void resolve(const ModelDef& model) {
    ModelAnalysis& analysis = out_.models.at(model.name);
    std::set<std::string> stored;
    std::string views;
    for (const std::string& name : out_.graph.reads(model.name)) {
      analysis.reads.push_back(name);
      const auto upstream = project_.models.find(name);
      if (upstream != project_.models.end() && upstream->second.kind == ModelKind::kView) {
        const ModelAnalysis& view = out_.models.at(name);
        stored.insert(view.stored.begin(), view.stored.end());
        views += view.definition;
      } else {
        stored.insert(name);
      }
    }
    analysis.stored.assign(stored.begin(), stored.end());
    analysis.definition = model_definition(project_, model, json_.at(model.name), views);
    if (model.kind == ModelKind::kAppend || model.kind == ModelKind::kPartitioned)
      find_driver(model, analysis);
  }

  void find_driver(const ModelDef& model, ModelAnalysis& analysis) {
    auto increment = model.kind == ModelKind::kAppend
                         ? append_source(analysis.tree, facts_, analysis.reads)
                         : partition_source(analysis.tree, facts_, analysis.reads);
    if (increment.ok()) {
      analysis.append_source = std::move(increment).value();
    } else {
      errors_.push_back(placed_in_file(std::move(increment).error(), model));
    }
  }

  const Project& project_;
  Engine& engine_;
  FunctionFacts facts_;
  Analysis out_;
  Errors errors_;
  std::map<std::string, References> references_;
  std::map<std::string, std::string> json_;
};

}  // namespace

std::variant<Analysis, Errors> analyse(const Project& project, Engine& engine) {
  return Analyser(project, engine).run();
}

}  // namespace rhumb
