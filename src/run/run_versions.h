#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/events.h"
#include "state/store.h"

namespace rhumb {

/// Which version of each dataset a run works with: the newest when it was first asked for, or the
/// one the run itself has made. All workers see the same. Committed versions are pinned as long as
/// this lives, so that clean-up elsewhere leaves their files alone. Thread-safe.
class RunVersions {
 public:
  RunVersions(State& state, RunObserver& observer) : state_(state), observer_(observer) {}
  ~RunVersions();
  RunVersions(const RunVersions&) = delete;
  RunVersions& operator=(const RunVersions&) = delete;

  /// kNotFound, naming `wanted_by`, when there is no version yet.
  Result<Manifest> of(const std::string& dataset, const std::string& wanted_by);
  /// The newest committed version, whatever the run has made since; else the same.
  Result<Manifest> visible(const std::string& dataset, const std::string& wanted_by);
  /// A committed version takes the place of the one used so far.
  Status use(const Manifest& manifest);
  /// The same for one that is built but not committed: nobody else can know of it.
  void use_built(const Manifest& manifest);

 private:
  Result<Manifest> pinned_newest(const std::string& dataset, const std::string& wanted_by);
  Status pin(const Manifest& manifest);

  State& state_;
  RunObserver& observer_;
  std::mutex mutex_;
  std::map<std::string, Manifest> versions_;
  std::vector<int64_t> pins_;
};

}  // namespace rhumb
