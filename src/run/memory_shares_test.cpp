#include "run/memory_shares.h"

#include <gtest/gtest.h>

#include <numeric>

namespace rhumb {
namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30U;
constexpr MemoryNeed kHolds = MemoryNeed::kHolds, kStreams = MemoryNeed::kStreams;
using Shares = std::vector<uint64_t>;

TEST(MemoryShares, ATaskAloneHasEverything) {
  EXPECT_EQ(memory_shares(4 * kGiB, 0, {kHolds}), (Shares{4 * kGiB}));
  EXPECT_EQ(memory_shares(4 * kGiB, 2, {kStreams}), (Shares{4 * kGiB - 2 * kIdleMemory}));
  EXPECT_EQ(memory_shares(kGiB / 16, 0, {kHolds}), (Shares{kGiB / 16})) << "however little it is";
}

TEST(MemoryShares, WhatStreamsLeavesMostToWhatHolds) {
  EXPECT_EQ(memory_shares(4 * kGiB, 0, {kStreams, kHolds, kHolds}),
            (Shares{kGiB / 2, 7 * kGiB / 4, 7 * kGiB / 4}));
  EXPECT_EQ(memory_shares(4 * kGiB, 0, {kStreams, kStreams}), (Shares{2 * kGiB, 2 * kGiB}));
}

TEST(MemoryShares, TogetherTheyNeverHaveMoreThanThereIs) {
  for (uint64_t whole = kGiB / 8; whole <= 8 * kGiB; whole += kGiB / 8) {
    for (size_t holding = 0; holding < 5; ++holding) {
      for (size_t streaming = 0; streaming < 9; ++streaming) {
        std::vector<MemoryNeed> tasks(holding, kHolds);
        tasks.resize(holding + streaming, kStreams);
        const Shares shares = memory_shares(whole, 1, tasks);
        EXPECT_LE(std::accumulate(shares.begin(), shares.end(), kIdleMemory), whole);
      }
    }
  }
}

TEST(MemoryShares, SharesTooSmallToWorkWithAreNotGivenOut) {
  EXPECT_TRUE(memory_shares(kGiB, 0, {kHolds, kHolds, kHolds}).empty());
  EXPECT_TRUE(memory_shares(kGiB / 2, 0, {kHolds, kStreams}).empty());
  EXPECT_FALSE(memory_shares(kGiB, 0, {kHolds, kStreams}).empty());
}

}  // namespace
}  // namespace rhumb
