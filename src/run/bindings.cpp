#include "run/bindings.h"

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {

Bindings::Bindings(RunContext& context, const Analysis& analysis)
    : context_(context), analysis_(analysis) {}

Bindings::~Bindings() {
  for (const int64_t pin : pins_) {
    if (const Status released = context_.state.unpin(pin); !released.ok()) {
      context_.observer.note("", released.error().text());
    }
  }
}

Status Bindings::bind_for(const std::string& model) {
  for (const std::string& name : analysis_.models.at(model).reads) {
    if (bound_.contains(name) || views_.contains(name)) continue;
    const auto found = context_.project.models.find(name);
    if (found != context_.project.models.end() && found->second.kind == ModelKind::kView) {
      RHUMB_TRY(bind_for(name));
      RHUMB_TRY(context_.engine.bind_query(name, found->second.sql));
      views_.insert(name);
    } else {
      RHUMB_TRY(bind_newest(name, model));
    }
  }
  return {};
}

Status Bindings::bind_newest(const std::string& dataset, const std::string& wanted_by) {
  RHUMB_ASSIGN(const auto newest, context_.state.newest_manifest(dataset));
  if (!newest) {
    return Error{Code::kNotFound,
                 fmt::format("{} reads {}, which has no version yet", wanted_by, dataset),
                 fmt::format("run it too: rhumb run +{}", wanted_by),
                 {}};
  }
  return bind(*newest);
}

Status Bindings::bind(const Manifest& manifest) {
  RHUMB_TRY(narrow(manifest, manifest.files));
  RHUMB_ASSIGN(const int64_t pin, context_.state.pin(manifest.dataset, manifest.version));
  pins_.push_back(pin);
  return {};
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
