#include "run/run_versions.h"

#include <utility>

#include <fmt/format.h>

namespace rhumb {

RunVersions::~RunVersions() {
  for (const int64_t pin : pins_) {
    if (const Status released = state_.unpin(pin); !released.ok())
      observer_.note("", released.error().text());
  }
}

Result<Manifest> RunVersions::of(const std::string& dataset, const std::string& wanted_by) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = versions_.find(dataset); known != versions_.end()) return known->second;
  RHUMB_ASSIGN(Manifest newest, pinned_newest(dataset, wanted_by));
  return versions_.insert_or_assign(dataset, std::move(newest)).first->second;
}

Result<Manifest> RunVersions::visible(const std::string& dataset, const std::string& wanted_by) {
  const std::scoped_lock lock(mutex_);
  return pinned_newest(dataset, wanted_by);
}

Result<Manifest> RunVersions::pinned_newest(const std::string& dataset,
                                            const std::string& wanted_by) {
  RHUMB_ASSIGN(auto newest, state_.newest_manifest(dataset));
  if (!newest) {
    return Error{Code::kNotFound,
                 fmt::format("{} reads {}, which has no version yet", wanted_by, dataset),
                 fmt::format("run it too: rhumb run +{}", wanted_by),
                 {}};
  }
  RHUMB_TRY(pin(*newest));
  return *std::move(newest);
}

Status RunVersions::use(const Manifest& manifest) {
  const std::scoped_lock lock(mutex_);
  RHUMB_TRY(pin(manifest));
  versions_.insert_or_assign(manifest.dataset, manifest);
  return {};
}

void RunVersions::use_built(const Manifest& manifest) {
  const std::scoped_lock lock(mutex_);
  versions_.insert_or_assign(manifest.dataset, manifest);
}

Status RunVersions::pin(const Manifest& manifest) {
  RHUMB_ASSIGN(const int64_t id, state_.pin(manifest.dataset, manifest.version));
  pins_.push_back(id);
  return {};
}

}  // namespace rhumb
