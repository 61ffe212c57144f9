#include "run/task_runner.h"

#include <algorithm>
#include <chrono>

#include "base/caught.h"

namespace rhumb {
namespace {

/// Opening an engine takes about as long.
constexpr double kPatience = 0.15;
constexpr auto kLook = std::chrono::milliseconds(50);

MemoryNeed need_of(const RunTask& task) {
  return task.kind == RunTask::Kind::kBuild ? MemoryNeed::kHolds : MemoryNeed::kStreams;
}

}  // namespace

TaskRunner::~TaskRunner() {
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& desk : desks_) desk->closing = true;
  }
  changed_.notify_all();
  for (const auto& desk : desks_) desk->thread.join();
}

void TaskRunner::serve(Desk& desk, const Perform& perform) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return desk.closing || (desk.task && !desk.result); });
    if (desk.closing) return;
    const RunTask task = *desk.task;
    lock.unlock();
    Status done = caught([&] { return perform(task, *desk.worker); });
    lock.lock();
    desk.result = std::move(done);
    changed_.notify_all();
  }
}

void TaskRunner::run(RunQueue& queue, const Perform& perform, const Take& take) {
  open_desk(perform);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!context_.cancel.requested()) start_tasks(queue);
    if (running() == 0) return;
    if (waiting_ && waiting_->seconds() > kPatience) {
      lock.unlock();  // those at work may go on meanwhile
      add_worker(perform);
      lock.lock();
      continue;
    }
    changed_.wait_for(lock, kLook);
    if (context_.cancel.requested()) workers_.cancel();
    workers_.hold_to_limits();
    collect(take);
  }
}

void TaskRunner::open_desk(const Perform& perform) {
  auto desk = std::make_unique<Desk>();
  desk->worker = &workers_[desks_.size()];
  Desk& made = *desk;
  {
    const std::scoped_lock lock(mutex_);
    desks_.push_back(std::move(desk));
  }
  made.thread = std::thread([this, &made, &perform] { serve(made, perform); });
}

void TaskRunner::add_worker(const Perform& perform) {
  waiting_.reset();
  if (const Status added = workers_.add(); added.ok()) {
    open_desk(perform);
  } else {
    context_.observer.note("", "no more steps at once: " + added.error().message);
    jobs_ = desks_.size();
  }
}

void TaskRunner::start_tasks(RunQueue& queue) {
  if (!alone_.empty() && running() > 0) return;
  while (!alone_.empty() || queue.has_next()) {
    const auto index = idle_desk();
    if (!index) return;
    const RunTask task = alone_.empty() ? *queue.next() : alone_.back();
    const bool begun = begin(*index, task);
    if (!alone_.empty()) {
      alone_.pop_back();
      return;
    }
    if (begun) continue;
    queue.put_back(task);
    return;
  }
  waiting_.reset();
}

/// Nothing when all are at work; a watch then runs until one more may be worth its while.
std::optional<size_t> TaskRunner::idle_desk() {
  for (size_t i = 0; i < desks_.size(); ++i) {
    if (!desks_[i]->task) return i;
  }
  if (!waiting_ && desks_.size() < jobs_) waiting_.emplace();
  return std::nullopt;
}

bool TaskRunner::begin(size_t index, const RunTask& task) {
  if (!workers_.start(index, need_of(task))) return false;
  desks_[index]->task = task;
  changed_.notify_all();
  return true;
}

void TaskRunner::collect(const Take& take) {
  for (size_t i = 0; i < desks_.size(); ++i) {
    Desk& desk = *desks_[i];
    if (!desk.result) continue;
    const RunTask task = *desk.task;
    const Status done = *std::move(desk.result);
    const bool again = !done.ok() && done.error().code == Code::kOutOfMemory &&
                       workers_.is_short(i) && !context_.cancel.requested();
    desk.task.reset();
    desk.result.reset();
    workers_.finish(i);
    if (again) {
      context_.observer.note("", "a step ran out of its share of the memory; it runs again, alone");
      alone_.push_back(task);
    } else {
      take(task, done);
    }
  }
}

size_t TaskRunner::running() const {
  return static_cast<size_t>(std::count_if(
      desks_.begin(), desks_.end(), [](const auto& desk) { return desk->task.has_value(); }));
}

}  // namespace rhumb
