#pragma once

#include <atomic>

namespace rhumb {

/// Asked by long work between batches; set by Ctrl-C or a failing sibling. Thread- and signal-safe.
class CancelFlag {
 public:
  CancelFlag() = default;
  /// Also set whenever `outer` is, which must outlive it: for a part of some work.
  explicit CancelFlag(const CancelFlag* outer) : outer_(outer) {}

  void request() { requested_.store(true, std::memory_order_relaxed); }
  /// For the next piece of work. An outer flag stays as it is.
  void reset() { requested_.store(false, std::memory_order_relaxed); }
  [[nodiscard]] bool requested() const {
    return requested_.load(std::memory_order_relaxed) || (outer_ != nullptr && outer_->requested());
  }

 private:
  std::atomic<bool> requested_{false};
  const CancelFlag* outer_ = nullptr;
};

}  // namespace rhumb
