#include "run/step_clock.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {

void StepClock::begin(std::string what, const TimeLimit& limit) {
  const std::scoped_lock lock(mutex_);
  reached_.reset();
  running_.reset();
  if (limit.length > 0)
    running_.emplace(Running{.what = std::move(what), .limit = limit, .watch = {}});
}

// Under the lock, as what look() does must not hit the step that comes next.
void StepClock::end() {
  const std::scoped_lock lock(mutex_);
  running_.reset();
  stop_.reset();
}

void StepClock::look(const std::function<void()>& stop_engine) {
  const std::scoped_lock lock(mutex_);
  if (!running_) return;
  const double limit = static_cast<double>(running_->limit.length) / 1e6;
  if (running_->watch.seconds() < limit) return;
  if (!reached_) {
    reached_ = Error{Code::kTimeout,
                     fmt::format("{} was stopped: it took longer than its limit of {}",
                                 running_->what, human_seconds(limit)),
                     "the version before stays visible; raise `timeout` there when it may take "
                     "that long, or see what takes so long: rhumb status --run",
                     running_->limit.place};
  }
  stop_.request();
  stop_engine();
}

Error StepClock::explain(Error error) const {
  const std::scoped_lock lock(mutex_);
  return error.code == Code::kCancelled && reached_ ? *reached_ : error;
}

TimedStep::TimedStep(StepClock* clock, std::string what, const TimeLimit& limit) : clock_(clock) {
  if (clock_ != nullptr) clock_->begin(std::move(what), limit);
}

TimedStep::~TimedStep() {
  if (clock_ != nullptr) clock_->end();
}

}  // namespace rhumb
