#include "run/step_scope.h"

#include <chrono>
#include <utility>

#include "run/run_context.h"
#include "run/step_clock.h"

namespace rhumb {

StepScope::StepScope(RunContext& context, std::string dataset, std::string step, std::string reason)
    : context_(context) {
  event_.dataset = std::move(dataset);
  event_.step = std::move(step);
  event_.reason = std::move(reason);
  context_.observer.started(event_);
}

StepScope::~StepScope() {
  stop_following();
  if (!reported_) report("failed");
}

void StepScope::follow(std::function<void(StepEvent&)> update) {
  update_ = std::move(update);
  follower_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(100), [this] { return stop_; })) {
      event_.seconds = watch_.seconds();
      update_(event_);
      context_.observer.progressed(event_);
    }
  });
}

void StepScope::stop_following() {
  if (!follower_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  follower_.join();
}

void StepScope::note(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  context_.observer.note(event_.dataset, text);
}

void StepScope::alarm(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  context_.observer.alarm(event_.dataset, text);
}

void StepScope::finish(uint64_t rows, uint64_t bytes, std::string detail) {
  stop_following();
  event_.rows = rows;
  event_.bytes = bytes;
  event_.detail = std::move(detail);
  report("done");
}

Error StepScope::fail(Error error) {
  stop_following();
  if (context_.clock != nullptr) error = context_.clock->explain(std::move(error));
  event_.error = error;
  report(error.code == Code::kCancelled ? "cancelled" : "failed");
  return error;
}

void StepScope::report(const std::string& status) {
  reported_ = true;
  event_.status = status;
  event_.seconds = watch_.seconds();
  event_.fraction = 1;
  context_.observer.finished(event_);
  const Status recorded = context_.state.record_step(StepRecord{.run = context_.run_id,
                                                                .dataset = event_.dataset,
                                                                .step = event_.step,
                                                                .reason = event_.reason,
                                                                .status = status,
                                                                .rows = event_.rows,
                                                                .bytes = event_.bytes,
                                                                .seconds = event_.seconds});
  // The record is for people; the work itself does not depend on it.
  if (!recorded.ok()) context_.observer.note(event_.dataset, recorded.error().text());
}

}  // namespace rhumb
