#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "base/result.h"

namespace rhumb {

struct SparkOptions {
  std::filesystem::path home;    ///< of Spark: bin/spark-submit is below; "" = nobody said
  std::filesystem::path driver;  ///< folder that holds the package rhumb_spark
  std::string master;            ///< as spark-submit takes it; "" = this machine
  int threads = 0;               ///< on this machine; 0 = all
  uint64_t memory = 0;           ///< of the driver's JVM in bytes; 0 = as Spark is configured
};

/// What Spark has done of a build so far.
struct SparkProgress {
  double fraction = -1;  ///< of the tasks known by now, -1 = unknown
  uint64_t rows = 0;     ///< written
  uint64_t bytes = 0;    ///< written
};

/// The driver process: started by the first build, then kept for the next ones. Thread-safe: builds
/// wait for each other.
class SparkDriver {
 public:
  virtual ~SparkDriver() = default;

  /// Carries out one document (spark_document.h) and says how it goes from the calling thread. A
  /// build that was cancelled or failed hard takes the driver with it, and the next one starts
  /// another. kCancelled, kEngine (no Spark, no Java, no Sedona, the driver died), and what the
  /// driver reports.
  virtual Status build(const std::string& document, const CancelFlag& cancel,
                       const std::function<void(const SparkProgress&)>& follow) = 0;
};

/// Starts nothing yet.
[[nodiscard]] std::unique_ptr<SparkDriver> make_spark_driver(SparkOptions options);

}  // namespace rhumb
