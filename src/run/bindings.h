#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/analysis.h"
#include "run/run_context.h"

namespace rhumb {

/// Which version of each dataset SQL sees during a run. Versions are pinned while bound, so that
/// clean-up elsewhere leaves their files alone.
class Bindings {
 public:
  Bindings(RunContext& context, const Analysis& analysis);
  ~Bindings();
  Bindings(const Bindings&) = delete;
  Bindings& operator=(const Bindings&) = delete;

  /// Makes everything that `model` names usable, at the versions bound before or else the newest.
  Status bind_for(const std::string& model);
  /// Binds a version that was just made or read.
  Status bind(const Manifest& manifest);
  /// Binds a version that is built but not committed; nobody else can know of it, so it is not
  /// pinned.
  Status bind_built(const Manifest& manifest) { return narrow(manifest, manifest.files); }
  /// Lets a dataset show only some of its files, until `bind` is called again.
  Status narrow(const Manifest& manifest, const std::vector<DataFile>& files);
  /// Lets a dataset show only rows for which an SQL condition over its columns holds.
  Status filter(const Manifest& manifest, const std::string& condition);

  /// The version bound under that name; REQUIRES: it is bound.
  [[nodiscard]] const Manifest& manifest(const std::string& dataset) const {
    return bound_.at(dataset);
  }
  [[nodiscard]] bool is_bound(const std::string& dataset) const { return bound_.contains(dataset); }

 private:
  Status bind_newest(const std::string& dataset, const std::string& wanted_by);

  RunContext& context_;
  const Analysis& analysis_;
  std::map<std::string, Manifest> bound_;
  std::set<std::string> views_;
  std::vector<int64_t> pins_;
};

}  // namespace rhumb
