#pragma once

#include <atomic>

namespace rhumb {

/// Asked by long work between batches; set by Ctrl-C or a failing sibling. Thread- and signal-safe.
class CancelFlag {
 public:
  void request() { requested_.store(true, std::memory_order_relaxed); }
  /// For the next piece of work.
  void reset() { requested_.store(false, std::memory_order_relaxed); }
  [[nodiscard]] bool requested() const { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
};

}  // namespace rhumb
