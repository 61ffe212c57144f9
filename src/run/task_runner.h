#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/time.h"
#include "run/run_queue.h"
#include "run/workers.h"

namespace rhumb {

/// Runs the tasks of a queue, up to `jobs` at once, each on a worker of its own. The second engine
/// is opened only when a task has had to wait: it costs more than small steps take. A task that
/// runs out of memory while others have a part of it runs again, alone.
class TaskRunner {
 public:
  using Perform = std::function<Status(const RunTask&, Worker&)>;
  using Take = std::function<void(const RunTask&, const Status&)>;

  TaskRunner(Workers& workers, RunContext& context, size_t jobs)
      : workers_(workers), context_(context), jobs_(jobs) {}
  ~TaskRunner();
  TaskRunner(const TaskRunner&) = delete;
  TaskRunner& operator=(const TaskRunner&) = delete;

  /// Until nothing can be started any more; after a cancellation, until what runs has stopped.
  /// `perform` is called on the workers' threads, `take` here, one call at a time.
  void run(RunQueue& queue, const Perform& perform, const Take& take);

 private:
  /// A worker's thread and what it is to do.
  struct Desk {
    Worker* worker = nullptr;
    std::thread thread;
    std::optional<RunTask> task;
    std::optional<Status> result;  ///< of that task, when it is over
    bool closing = false;
  };

  void serve(Desk& desk, const Perform& perform);
  void open_desk(const Perform& perform);
  void add_worker(const Perform& perform);
  void start_tasks(RunQueue& queue);
  std::optional<size_t> idle_desk();
  bool begin(size_t index, const RunTask& task);
  void collect(const Take& take);
  [[nodiscard]] size_t running() const;

  Workers& workers_;
  RunContext& context_;
  size_t jobs_;
  std::mutex mutex_;  ///< guards the desks
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Desk>> desks_;
  std::vector<RunTask> alone_;        ///< to be run again by themselves
  std::optional<Stopwatch> waiting_;  ///< since a task could start if there was one more worker
};

}  // namespace rhumb
