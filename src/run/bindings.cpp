#include "run/bindings.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {

Bindings::Bindings(RunContext& context, const Analysis& analysis)
    : Bindings(context, analysis, std::make_shared<RunVersions>(context.state, context.observer)) {}

Bindings::Bindings(RunContext& context, const Analysis& analysis,
                   std::shared_ptr<RunVersions> versions)
    : context_(context), analysis_(analysis), versions_(std::move(versions)) {}

Status Bindings::bind_for(const std::string& model) {
  for (const std::string& name : analysis_.models.at(model).reads) {
    const auto found = context_.project.models.find(name);
    if (found != context_.project.models.end() && found->second.kind == ModelKind::kView) {
      RHUMB_TRY(bind_view(name));
      continue;
    }
    RHUMB_ASSIGN(const Manifest wanted, versions_->of(name, model));
    const auto bound = bound_.find(name);
    if (bound == bound_.end() || bound->second.version != wanted.version)
      RHUMB_TRY(narrow(wanted, wanted.files));
  }
  return {};
}

Status Bindings::bind_for_asserts(const std::string& model) {
  const std::vector<std::string>& order = analysis_.graph.order();
  const auto self = std::find(order.begin(), order.end(), model);
  const ModelAnalysis& analysis = analysis_.models.at(model);
  for (const std::string& name : analysis.asserted) {
    const bool comes_before = std::find(order.begin(), self, name) != self;
    RHUMB_ASSIGN(const Manifest wanted,
                 comes_before ? versions_->of(name, model) : versions_->visible(name, model));
    RHUMB_TRY(narrow(wanted, wanted.files));
  }
  for (const std::string& name : analysis.asserted_views) RHUMB_TRY(bind_view(name));
  return {};
}

Status Bindings::bind_view(const std::string& name) {
  RHUMB_TRY(bind_for(name));
  if (!views_.insert(name).second) return {};
  return context_.engine.bind_query(name, context_.project.models.at(name).sql);
}

Status Bindings::bind(const Manifest& manifest) {
  RHUMB_TRY(versions_->use(manifest));
  return narrow(manifest, manifest.files);
}

Status Bindings::bind_built(const Manifest& manifest) {
  versions_->use_built(manifest);
  return narrow(manifest, manifest.files);
}

Status Bindings::narrow(const Manifest& manifest, const std::vector<DataFile>& files) {
  Dataset dataset{.name = manifest.dataset, .schema = manifest.schema, .files = {}};
  for (const DataFile& file : files) dataset.files.push_back(context_.files.absolute(file.path));
  bound_[manifest.dataset] = manifest;
  return context_.engine.bind(dataset);
}

Status Bindings::filter(const Manifest& manifest, const std::string& condition) {
  Dataset whole{.name = "rhumb_whole_" + manifest.dataset, .schema = manifest.schema, .files = {}};
  for (const DataFile& file : manifest.files)
    whole.files.push_back(context_.files.absolute(file.path));
  RHUMB_TRY(context_.engine.bind(whole));
  return context_.engine.bind_query(
      manifest.dataset,
      fmt::format("SELECT * FROM {} WHERE {}", quote_identifier(whole.name), condition));
}

}  // namespace rhumb
