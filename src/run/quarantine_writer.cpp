#include "run/quarantine_writer.h"

#include <utility>

namespace rhumb {
namespace {
constexpr size_t kBatch = 10'000;
constexpr size_t kExamples = 3;
}  // namespace

QuarantineWriter::QuarantineWriter(State& state, std::string source, std::string run,
                                   std::string input_id, Kind kind)
    : state_(state),
      source_(std::move(source)),
      run_(std::move(run)),
      input_id_(std::move(input_id)),
      kind_(kind) {}

RejectSink QuarantineWriter::sink() {
  return [this](Reject&& reject) { take(std::move(reject)); };
}

void QuarantineWriter::take(Reject&& reject) {
  const std::scoped_lock lock(mutex_);
  ++seen_;
  if (examples_.size() < kExamples) examples_.push_back(reject);
  waiting_.push_back(std::move(reject));
  if (waiting_.size() >= kBatch) flush();
}

void QuarantineWriter::flush() {
  if (!waiting_.empty() && failure_.ok()) {
    failure_ = kind_ == Kind::kRejects ? state_.quarantine(source_, run_, input_id_, waiting_)
                                       : state_.keep_repairs(source_, run_, input_id_, waiting_);
  }
  waiting_.clear();
}

Result<uint64_t> QuarantineWriter::finish() {
  const std::scoped_lock lock(mutex_);
  flush();
  RHUMB_TRY(failure_);
  return seen_;
}

}  // namespace rhumb
