#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "component/stream.h"
#include "state/store.h"

namespace rhumb {

/// Takes rejected records from several decoder threads and writes them to the state in batches, so
/// that millions of them need no memory. Thread-safe; an error while writing is kept for `finish`.
class QuarantineWriter {
 public:
  enum class Kind : uint8_t { kRejects, kRepairs };
  QuarantineWriter(State& state, std::string source, std::string run, std::string input_id,
                   Kind kind = Kind::kRejects);

  [[nodiscard]] RejectSink sink();
  /// Writes what is left; the number of rejects seen.
  Result<uint64_t> finish();
  /// The first reject, for messages; valid after finish().
  [[nodiscard]] const std::vector<Reject>& examples() const { return examples_; }

 private:
  void take(Reject&& reject);
  void flush();

  State& state_;
  std::string source_, run_, input_id_;
  Kind kind_;
  std::mutex mutex_;
  std::vector<Reject> waiting_;
  std::vector<Reject> examples_;
  uint64_t seen_ = 0;
  Status failure_;
};

}  // namespace rhumb
