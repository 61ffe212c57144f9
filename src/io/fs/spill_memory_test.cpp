#include "io/fs/spill_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "io/fs/temporary_folder.h"

namespace rhumb {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

class SpillMemoryTest : public testing::Test {
 protected:
  SpillMemoryTest() : folder_(std::move(TemporaryFolder::make()).value()) {}
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path() / "spill"; }

 private:
  TemporaryFolder folder_;
};

TEST_F(SpillMemoryTest, WhatFitsIntoTheBudgetIsOnTheHeap) {
  SpillMemory memory(folder(), 4 * kMiB);
  {
    const std::pmr::vector<char> some(3 * kMiB, 'a', &memory);
    EXPECT_EQ(memory.heap_bytes(), 3 * kMiB);
    EXPECT_EQ(memory.mapped_bytes(), 0U);
    EXPECT_FALSE(std::filesystem::exists(folder()));
  }
  EXPECT_EQ(memory.heap_bytes(), 0U);
}

TEST_F(SpillMemoryTest, MoreThanThatIsMappedAndLeavesNothingBehind) {
  SpillMemory memory(folder(), kMiB);
  {
    std::pmr::vector<uint64_t> numbers(&memory);
    for (uint64_t i = 0; i < kMiB; ++i) numbers.push_back(i);
    EXPECT_GE(memory.mapped_bytes(), 8 * kMiB);
    EXPECT_LE(memory.heap_bytes(), kMiB);
    for (uint64_t i = 0; i < kMiB; ++i) ASSERT_EQ(numbers[i], i);
    EXPECT_TRUE(std::filesystem::is_empty(folder())) << "files have no names";
  }
  EXPECT_EQ(memory.mapped_bytes(), 0U);
  EXPECT_EQ(memory.heap_bytes(), 0U);
  EXPECT_FALSE(memory.failure());
}

TEST_F(SpillMemoryTest, SmallBlocksAreNotWorthAFile) {
  SpillMemory memory(folder(), 0);
  const std::pmr::vector<char> small(100, 'a', &memory);
  EXPECT_EQ(memory.heap_bytes(), 100U);
  memory.set_budget(2 * kMiB);
  const std::pmr::vector<char> large(kMiB, 'a', &memory);
  EXPECT_EQ(memory.mapped_bytes(), 0U);
}

TEST_F(SpillMemoryTest, AFolderThatCannotBeUsedIsAnErrorWithItsReason) {
  SpillMemory nowhere("/proc/nowhere", 0);
  EXPECT_THROW((std::pmr::vector<char>(kMiB, 'a', &nowhere)), std::bad_alloc);
  ASSERT_TRUE(nowhere.failure());
  EXPECT_EQ(nowhere.failure()->code, Code::kIo);
  EXPECT_NE(nowhere.failure()->message.find("/proc/nowhere"), std::string::npos);

  // More than any disk has.
  SpillMemory full(folder(), 0);
  EXPECT_THROW(static_cast<void>(full.allocate(size_t{1} << 60)), std::bad_alloc);
  ASSERT_TRUE(full.failure());
  EXPECT_FALSE(full.failure()->hint.empty());
  EXPECT_EQ(full.mapped_bytes(), 0U);
}

}  // namespace
}  // namespace rhumb
