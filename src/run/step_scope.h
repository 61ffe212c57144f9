#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "run/events.h"
#include "state/store.h"

namespace rhumb {

struct RunContext;

/// The life of one step as observers and the state see it: announced when made, followed ten times
/// a second while `follow`ed, reported when finished. A scope that ends without `finish` failed.
class StepScope {
 public:
  StepScope(RunContext& context, std::string dataset, std::string step, std::string reason);
  ~StepScope();
  StepScope(const StepScope&) = delete;
  StepScope& operator=(const StepScope&) = delete;

  /// `update` fills in rows, bytes or fraction; it is called from another thread until `finish`.
  void follow(std::function<void(StepEvent&)> update);
  void stop_following();
  void finish(uint64_t rows, uint64_t bytes, std::string detail = "");
  /// For people, while the step goes on. Thread-safe beside what follows the step.
  void note(const std::string& text);
  /// The same for what somebody has to do something about.
  void alarm(const std::string& text);
  /// Reports the error and hands it back, for `return scope.fail(...)`.
  Error fail(Error error);

 private:
  void report(const std::string& status);

  RunContext& context_;
  StepEvent event_;
  Stopwatch watch_;
  bool reported_ = false;
  std::function<void(StepEvent&)> update_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread follower_;
};

/// Follows a step for as long as what it looks at lives.
class FollowedStep {
 public:
  FollowedStep(StepScope& scope, std::function<void(StepEvent&)> update) : scope_(scope) {
    scope_.follow(std::move(update));
  }
  ~FollowedStep() { scope_.stop_following(); }
  FollowedStep(const FollowedStep&) = delete;
  FollowedStep& operator=(const FollowedStep&) = delete;

 private:
  StepScope& scope_;
};

}  // namespace rhumb
