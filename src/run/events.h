#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace rhumb {

/// One visible piece of work: `trips read`, `processed_data copy`.
struct StepEvent {
  std::string dataset;
  std::string step;    ///< read, build, check, copy, switch, retire
  std::string reason;  ///< why it is done
  uint64_t rows = 0;
  uint64_t total_rows = 0;  ///< 0 = unknown
  uint64_t bytes = 0;
  uint64_t total_bytes = 0;  ///< 0 = unknown
  double fraction = -1;      ///< of the work, -1 = unknown
  double seconds = 0;
  std::string status;          ///< when finished: done, failed, cancelled
  std::string detail;          ///< when finished: `v42 visible after 3 ms (1 try)`
  std::optional<Error> error;  ///< when failed
};

/// Follows a run: the terminal, JSON lines, later the service's event stream. Called from one
/// thread at a time.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void started(const StepEvent& event) = 0;
  virtual void progressed(const StepEvent& event) = 0;
  virtual void finished(const StepEvent& event) = 0;
  virtual void note(const std::string& dataset, const std::string& text) = 0;
  /// What somebody has to do something about while the run goes on.
  virtual void alarm(const std::string& dataset, const std::string& text) { note(dataset, text); }
};

}  // namespace rhumb
