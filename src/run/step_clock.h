#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/error.h"
#include "base/time.h"
#include "project/project.h"

namespace rhumb {

/// Ends a step that takes longer than its `timeout:`. One for each worker: the thread that works
/// says which limit holds (TimedStep), another one looks again and again. Thread-safe.
class StepClock {
 public:
  /// `run` stops the whole run, and with it the step.
  explicit StepClock(const CancelFlag& run) : stop_(&run) {}

  /// What the step's work asks whether to go on.
  [[nodiscard]] const CancelFlag& stop() const { return stop_; }
  /// Stops the step at work when its time is over: by its flag, and by `stop_engine`, which is
  /// never called when that step has ended. To be called again until it has, as an engine only ends
  /// the statement it is at.
  void look(const std::function<void()>& stop_engine);
  /// What is said of a step that failed: its limit, when that is why it was cancelled.
  [[nodiscard]] Error explain(Error error) const;

 private:
  friend class TimedStep;
  struct Running {
    std::string what;
    TimeLimit limit;
    Stopwatch watch;
  };
  void begin(std::string what, const TimeLimit& limit);
  void end();

  mutable std::mutex mutex_;
  CancelFlag stop_;
  std::optional<Running> running_;
  std::optional<Error> reached_;  ///< of the running step, or of the one that ended last
};

/// For as long as it lives, a limit holds. `clock` may be nothing: then none does.
class TimedStep {
 public:
  /// `what` is said in the error: `reading trips`.
  TimedStep(StepClock* clock, std::string what, const TimeLimit& limit);
  ~TimedStep();
  TimedStep(const TimedStep&) = delete;
  TimedStep& operator=(const TimedStep&) = delete;

 private:
  StepClock* clock_;
};

}  // namespace rhumb
