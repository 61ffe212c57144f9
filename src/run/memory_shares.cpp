#include "run/memory_shares.h"

#include <algorithm>

namespace rhumb {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20U;
constexpr uint64_t kMostToStream = 512 * kMiB;
constexpr uint64_t kLeastToStream = 96 * kMiB;
constexpr uint64_t kLeastToHold = 512 * kMiB;

}  // namespace

std::vector<uint64_t> memory_shares(uint64_t whole, size_t idle,
                                    const std::vector<MemoryNeed>& tasks) {
  const uint64_t left = whole - std::min(whole, idle * kIdleMemory);
  if (tasks.size() <= 1) return std::vector<uint64_t>(tasks.size(), left);
  const auto holding =
      static_cast<uint64_t>(std::count(tasks.begin(), tasks.end(), MemoryNeed::kHolds));
  const uint64_t streaming = tasks.size() - holding;
  const uint64_t to_stream = holding == 0 ? left / streaming : std::min(kMostToStream, left / 8);
  if (streaming > 0 && to_stream < kLeastToStream) return {};
  if (streaming * to_stream > left) return {};
  const uint64_t to_hold = holding == 0 ? 0 : (left - streaming * to_stream) / holding;
  if (holding > 0 && to_hold < kLeastToHold) return {};
  std::vector<uint64_t> shares;
  for (const MemoryNeed need : tasks)
    shares.push_back(need == MemoryNeed::kHolds ? to_hold : to_stream);
  return shares;
}

}  // namespace rhumb
