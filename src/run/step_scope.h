#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

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
  void finish(uint64_t rows, uint64_t bytes, std::string detail = "");
  /// Reports the error and hands it back, for `return scope.fail(...)`.
  Error fail(Error error);

 private:
  void stop_following();
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

}  // namespace rhumb
