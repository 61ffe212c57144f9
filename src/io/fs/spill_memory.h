#pragma once

#include <cstddef>
#include <filesystem>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <set>

#include "base/result.h"

namespace rhumb {

/// Memory for what may outgrow the machine's: the heap up to a budget, beyond it files of a folder,
/// mapped and already without a name, so that nothing is left behind however the process ends. The
/// system writes their pages out and reads them back as it needs. Thread-safe.
class SpillMemory final : public std::pmr::memory_resource {
 public:
  /// The folder is made when it is needed first; "" is the system's temporary one.
  SpillMemory(std::filesystem::path folder, size_t heap_budget)
      : folder_(std::move(folder)), budget_(heap_budget) {}

  /// For what is asked from now on.
  void set_budget(size_t bytes);
  [[nodiscard]] size_t heap_bytes() const;
  [[nodiscard]] size_t mapped_bytes() const;
  /// Why std::bad_alloc was thrown last: kDiskFull, kIo.
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  void* do_allocate(size_t bytes, size_t alignment) override;
  void do_deallocate(void* block, size_t bytes, size_t alignment) override;
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
  [[nodiscard]] Result<void*> map(size_t bytes) const;

  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  size_t budget_;  ///< guarded by mutex_, as is what follows
  size_t heap_bytes_ = 0, mapped_bytes_ = 0;
  std::set<void*> mapped_;
  std::optional<Error> failure_;
};

}  // namespace rhumb
