#include "run/analysis.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
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
    find_asserted(model, analysis);
    analysis.definition = model_definition(project_, model, json_.at(model.name), views);
    if (model.kind == ModelKind::kAppend || model.kind == ModelKind::kPartitioned)
      find_driver(model, analysis);
  }

  void find_asserted(const ModelDef& model, ModelAnalysis& analysis) {
    std::set<std::string> found;
    for (const Assert& assertion : model.asserts) {
      if (assertion.kind == "relationship") {
        const std::string to = assertion.config["to"].as_text();
        add_asserted(to.substr(0, to.find('.')), found);
      } else if (assertion.kind == "sql") {
        add_asserted_in(assertion, found);
      }
    }
    for (const std::string& name : std::set(found)) {
      if (!is_view(name)) continue;
      found.erase(name);
      analysis.asserted_views.push_back(name);
      // One that is not resolved yet comes after the model: then nothing waits for what it reads.
      const auto& stored = out_.models.at(name).stored;
      found.insert(stored.begin(), stored.end());
    }
    found.erase(model.name);
    analysis.asserted.assign(found.begin(), found.end());
  }

  void add_asserted_in(const Assert& assertion, std::set<std::string>& found) {
    const auto fail = [&](Error error) {
      error.message = "the assert `sql` cannot be understood: " + error.message;
      error.place = assertion.place;
      errors_.push_back(std::move(error));
    };
    const auto json = engine_.syntax_tree(assertion.config.text());
    if (!json.ok()) return fail(json.error());
    const auto tree = SyntaxTree::parse(*json, assertion.config.text());
    if (!tree.ok()) return fail(tree.error());
    const auto references = find_references(*tree, facts_);
    if (!references.ok()) return fail(references.error());
    for (const std::string& name : references->names()) add_asserted(name, found);
  }

  void add_asserted(const std::string& name, std::set<std::string>& found) const {
    const auto is_it = [&](const auto& entry) { return equals_ignoring_case(entry.first, name); };
    const auto source = std::find_if(project_.sources.begin(), project_.sources.end(), is_it);
    if (source != project_.sources.end()) found.insert(source->first);
    const auto model = std::find_if(project_.models.begin(), project_.models.end(), is_it);
    if (model != project_.models.end()) found.insert(model->first);
  }

  [[nodiscard]] bool is_view(const std::string& name) const {
    const auto model = project_.models.find(name);
    return model != project_.models.end() && model->second.kind == ModelKind::kView;
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
