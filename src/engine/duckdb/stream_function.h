#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include <duckdb.h>

#include "base/error.h"
#include "base/result.h"
#include "component/stream.h"

namespace rhumb {

/// The stream that the table function `rhumb_stream()` reads at the moment, and the first error its
/// readers met, and how many rows went to the engine. The engine hands only text through its own
/// errors, so the Error itself waits here. Thread-safe but for `open` and `close`.
class StreamSlot {
 public:
  void open(BatchStream& stream);
  void close();

  [[nodiscard]] BatchStream* stream() const { return stream_; }
  void count(uint64_t rows) { rows_ += rows; }
  [[nodiscard]] uint64_t rows() const { return rows_; }
  void fail(Error error);
  [[nodiscard]] std::optional<Error> take_error();

 private:
  BatchStream* stream_ = nullptr;
  std::atomic<uint64_t> rows_{0};
  std::mutex mutex_;
  std::optional<Error> error_;  ///< guarded by mutex_
};

/// Registers `rhumb_stream()`: the rows of `slot`'s stream with columns c0, c1, ..., geometry as
/// WKB BLOB. Each thread of the engine is one reader. `slot` must outlive the database.
[[nodiscard]] Status register_stream_function(duckdb_connection connection, StreamSlot& slot);

}  // namespace rhumb
