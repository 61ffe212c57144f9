#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "run/bindings.h"
#include "run/memory_shares.h"
#include "run/run_context.h"
#include "run/step_clock.h"

namespace rhumb {

/// Lets several threads report to one observer, one at a time.
class SharedObserver : public RunObserver {
 public:
  explicit SharedObserver(RunObserver& observer) : observer_(observer) {}
  void started(const StepEvent& event) override;
  void progressed(const StepEvent& event) override;
  void finished(const StepEvent& event) override;
  void note(const std::string& dataset, const std::string& text) override;
  void alarm(const std::string& dataset, const std::string& text) override;

 private:
  RunObserver& observer_;
  std::mutex mutex_;
};

/// An engine and what is bound in it. One task at a time works with it.
struct Worker {
  Worker(const RunContext& run, std::unique_ptr<Engine> own_engine, Engine& engine,
         const Analysis& analysis, std::shared_ptr<RunVersions> versions);

  std::unique_ptr<Engine> own;  ///< nothing for the first worker, which has the run's engine
  StepClock clock;
  RunContext context;
  Bindings bindings;
  std::optional<MemoryNeed> task;  ///< of the task at work, if any
  uint64_t memory = 0;             ///< its share
};

/// The workers of a run. The first one uses the run's engine, others are added with one of their
/// own: an engine does one thing at a time, and settings of one statement must not meet another.
/// Together they keep within the memory of the first. Not thread-safe; tasks run elsewhere.
class Workers {
 public:
  /// `context.observer` must take calls from several threads.
  Workers(RunContext& context, const Analysis& analysis);
  /// Gives the run's engine all its memory back.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  [[nodiscard]] size_t size() const { return workers_.size(); }
  [[nodiscard]] Worker& operator[](size_t index) { return *workers_[index]; }
  /// One more, with an engine of its own.
  Status add();
  /// Divides the memory anew, with a task for that worker; false when there is not enough for one
  /// more, and nothing has changed.
  bool start(size_t index, MemoryNeed need);
  void finish(size_t index);
  /// Stops what runs.
  void cancel();
  /// Stops what has run for longer than it may.
  void hold_to_limits();
  /// Whether that task has less memory than it would have alone.
  [[nodiscard]] bool is_short(size_t index) const {
    return workers_[index]->memory + workers_.size() * kIdleMemory < whole_;
  }

 private:
  bool share_out();

  RunContext& context_;
  const Analysis& analysis_;
  std::shared_ptr<RunVersions> versions_;
  const uint64_t whole_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace rhumb
