#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/batch.h"
#include "component/reject.h"

namespace rhumb {

/// What has gone through so far. Written by workers, read by the progress bar. Thread-safe.
struct StreamProgress {
  std::atomic<uint64_t> rows{0};      ///< records that became rows
  std::atomic<uint64_t> rejected{0};  ///< records that went to the quarantine
  std::atomic<uint64_t> bytes{0};     ///< of the input
  uint64_t total_bytes = 0;           ///< 0 = unknown; set before the first batch
  uint64_t total_rows = 0;            ///< 0 = unknown; set before the first batch
};

/// Takes rejected records as they are found. Must be thread-safe.
using RejectSink = std::function<void(Reject&&)>;

/// One worker's way through a stream. Not thread-safe; several readers of one stream run side by
/// side.
class BatchReader {
 public:
  virtual ~BatchReader() = default;
  /// Fills `out` (cleared first) with up to kBatchRows rows; false, and no rows, at the end.
  virtual Result<bool> next(Batch& out) = 0;
};

/// A set of rows of one schema that several workers read together: each row reaches one reader.
class BatchStream {
 public:
  virtual ~BatchStream() = default;
  [[nodiscard]] virtual const Schema& schema() const = 0;
  /// How many readers can do useful work at once; at least 1.
  [[nodiscard]] virtual size_t max_readers() const = 0;
  /// Thread-safe.
  virtual Result<std::unique_ptr<BatchReader>> open_reader() = 0;
  [[nodiscard]] virtual const StreamProgress& progress() const = 0;
  /// What people should know about how the input was read ("read as windows-1252, ...").
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
  /// What must stand before rejected records so that they can be decoded on their own: the header
  /// line of a CSV file, with its line end. "" = nothing, or the format has no such records.
  [[nodiscard]] virtual std::string preamble() const { return {}; }
};

}  // namespace rhumb
