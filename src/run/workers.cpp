#include "run/workers.h"

#include <algorithm>
#include <utility>

namespace rhumb {

void SharedObserver::started(const StepEvent& event) {
  const std::scoped_lock lock(mutex_);
  observer_.started(event);
}

void SharedObserver::progressed(const StepEvent& event) {
  const std::scoped_lock lock(mutex_);
  observer_.progressed(event);
}

void SharedObserver::finished(const StepEvent& event) {
  const std::scoped_lock lock(mutex_);
  observer_.finished(event);
}

void SharedObserver::note(const std::string& dataset, const std::string& text) {
  const std::scoped_lock lock(mutex_);
  observer_.note(dataset, text);
}

void SharedObserver::alarm(const std::string& dataset, const std::string& text) {
  const std::scoped_lock lock(mutex_);
  observer_.alarm(dataset, text);
}

Worker::Worker(const RunContext& run, std::unique_ptr<Engine> own_engine, Engine& engine,
               const Analysis& analysis, std::shared_ptr<RunVersions> versions)
    : own(std::move(own_engine)),
      clock(run.cancel),
      context(run.with(engine, run.observer, clock.stop(), &clock)),
      bindings(context, analysis, std::move(versions)) {}

Workers::Workers(RunContext& context, const Analysis& analysis)
    : context_(context),
      analysis_(analysis),
      versions_(std::make_shared<RunVersions>(context.state, context.observer)),
      whole_(context.engine.memory_limit()) {
  workers_.push_back(
      std::make_unique<Worker>(context, nullptr, context.engine, analysis, versions_));
}

Workers::~Workers() {
  workers_.clear();
  static_cast<void>(context_.engine.limit_memory(whole_));
}

Status Workers::add() {
  RHUMB_ASSIGN(auto engine, context_.adapters.engine(context_.project, context_.store));
  RHUMB_TRY(engine->limit_memory(kIdleMemory));
  Engine& made = *engine;
  workers_.push_back(
      std::make_unique<Worker>(context_, std::move(engine), made, analysis_, versions_));
  return {};
}

bool Workers::start(size_t index, MemoryNeed need) {
  workers_[index]->task = need;
  if (share_out()) return true;
  workers_[index]->task.reset();
  static_cast<void>(share_out());  // as it was before
  return false;
}

void Workers::finish(size_t index) {
  workers_[index]->task.reset();
  static_cast<void>(share_out());
}

void Workers::cancel() {
  for (const auto& worker : workers_) {
    if (worker->task) worker->context.engine.cancel();
  }
}

void Workers::hold_to_limits() {
  for (const auto& worker : workers_) {
    if (worker->task) worker->clock.look([&] { worker->context.engine.cancel(); });
  }
}

/// First those that get less, then those that get more, so that the sum is never too much. An
/// engine that cannot give memory back keeps what it has: only then the new task must wait.
bool Workers::share_out() {
  std::vector<MemoryNeed> needs;
  for (const auto& worker : workers_) {
    if (worker->task) needs.push_back(*worker->task);
  }
  const std::vector<uint64_t> shares = memory_shares(whole_, workers_.size() - needs.size(), needs);
  if (shares.size() != needs.size()) return false;
  std::vector<std::pair<Worker*, uint64_t>> wanted;
  auto share = shares.begin();
  for (const auto& worker : workers_)
    wanted.emplace_back(worker.get(), worker->task ? *share++ : kIdleMemory);
  std::stable_partition(wanted.begin(), wanted.end(),
                        [](const auto& entry) { return entry.second < entry.first->memory; });
  for (const auto& [worker, bytes] : wanted) {
    const bool lowered = worker->context.engine.limit_memory(bytes).ok();
    // A task alone has to try with what there is.
    if (!lowered && worker->task && needs.size() > 1) return false;
    worker->memory = bytes;
  }
  return true;
}

}  // namespace rhumb
