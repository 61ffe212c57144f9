#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/analysis.h"
#include "run/run_context.h"
#include "run/run_versions.h"

namespace rhumb {

/// Which version of each dataset the SQL of one engine sees during a run. Not thread-safe; several
/// of them, each with an engine of its own, may share their versions.
class Bindings {
 public:
  Bindings(RunContext& context, const Analysis& analysis);
  Bindings(RunContext& context, const Analysis& analysis, std::shared_ptr<RunVersions> versions);
  Bindings(const Bindings&) = delete;
  Bindings& operator=(const Bindings&) = delete;

  /// Makes everything that `model` names usable, at the versions of the run.
  Status bind_for(const std::string& model);
  /// Makes what only the asserts of `model` name usable: what comes before it in the project's
  /// order at the version of the run, the rest as it is visible now.
  Status bind_for_asserts(const std::string& model);
  /// Binds a version that was just made or read.
  Status bind(const Manifest& manifest);
  /// Binds a version that is built but not committed; nobody else can know of it, so it is not
  /// pinned.
  Status bind_built(const Manifest& manifest);
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
  Status bind_view(const std::string& name);

  RunContext& context_;
  const Analysis& analysis_;
  std::shared_ptr<RunVersions> versions_;
  std::map<std::string, Manifest> bound_;
  std::set<std::string> views_;
};

}  // namespace rhumb
