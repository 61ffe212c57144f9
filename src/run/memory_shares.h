#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rhumb {

/// What a task needs memory for.
enum class MemoryNeed : uint8_t {
  kStreams,  ///< rows pass through: reading a source, loading a target
  kHolds,    ///< joins, sorts and groups: building a model
};

/// Divides an engine's memory among tasks that run side by side: those that stream get a small
/// share each, those that hold rows divide the rest. Alone, a task has everything. Empty when a
/// share would be too small to work with, so that the last task has to wait. `idle` engines keep
/// kIdleMemory each.
[[nodiscard]] std::vector<uint64_t> memory_shares(uint64_t whole, size_t idle,
                                                  const std::vector<MemoryNeed>& tasks);

/// An engine that does nothing gives the rest back.
inline constexpr uint64_t kIdleMemory = uint64_t{16} << 20U;

}  // namespace rhumb
