#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "run/analysis.h"

namespace rhumb {

/// What one worker does without a break.
struct RunTask {
  enum class Kind : uint8_t {
    kRead,   ///< a source
    kBuild,  ///< a model, and its asserts
    kStage,  ///< a model's version into its targets
  };
  Kind kind = Kind::kRead;
  size_t step = 0;  ///< in the plan
  bool operator==(const RunTask&) const = default;
};

/// A dataset that cannot be made because of another one.
struct BrokenStep {
  size_t step = 0;
  std::string because;
};

/// The work of a plan and what may be done side by side: a model is built once everything it reads,
/// and what its asserts look at, is read or built; it is staged once it is built, while its readers
/// may be built already. Not thread-safe. Each call is O(tasks).
class RunQueue {
 public:
  /// `stage` false leaves the targets as they are.
  RunQueue(const Project& project, const Analysis& analysis, const Plan& plan, bool stage);

  /// The first task in the order of the plan that may start; it counts as running from then on.
  std::optional<RunTask> next();
  [[nodiscard]] bool has_next() const;
  /// Whether that step of the plan stages targets.
  [[nodiscard]] bool stages(size_t step) const;
  /// It will be given out again.
  void put_back(const RunTask& task);
  /// When it failed, everything that needs it is broken: the names, in the order of the plan.
  std::vector<BrokenStep> finished(const RunTask& task, bool ok);

 private:
  enum class State : uint8_t { kWaiting, kRunning, kDone, kFailed };
  struct Entry {
    RunTask task;
    std::vector<size_t> needs;  ///< entries
    State state = State::kWaiting;
  };

  [[nodiscard]] bool may_start(const Entry& entry) const;
  Entry& entry_of(const RunTask& task);

  std::vector<Entry> entries_;
  std::vector<std::string> names_;  ///< datasets by step
};

}  // namespace rhumb
