#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/analysis.h"
#include "state/store.h"

namespace rhumb {

/// Where rows of a source may have gone, as the project says today or as a version that is kept was
/// made when the project said something else.
struct EraseReach {
  std::string source;
  std::vector<std::string>
      models;                     ///< of the project, stored and built at least once; in its order
  std::vector<std::string> gone;  ///< datasets with versions that the project makes no more
  std::set<std::string> others;   ///< what was such a model and is a source now

  /// All of them and the source itself: whose leases an erasure needs.
  [[nodiscard]] std::set<std::string> datasets() const;
};

/// Reads the manifests of all versions that are kept.
[[nodiscard]] Result<EraseReach> erase_reach(State& state, const Project& project,
                                             const Analysis& analysis, const std::string& source);

/// Whether a version that is kept may hold rows which no kept version of the source has any more:
/// it was made from one that is gone, or was rolled back to, which hides what it was made from.
[[nodiscard]] Result<bool> holds_unknown_rows(State& state, const EraseReach& reach);

}  // namespace rhumb
