#include "run/file_merger.h"

#include <gtest/gtest.h>

namespace rhumb {
namespace {

std::vector<DataFile> files(size_t count, uint64_t bytes, const std::string& partition = "") {
  return std::vector<DataFile>(count, DataFile{.bytes = bytes, .partition = partition});
}

std::vector<size_t> set_sizes(const std::vector<DataFile>& all) {
  std::vector<size_t> sizes;
  for (const auto& set : small_files(all)) sizes.push_back(set.size());
  return sizes;
}

TEST(SmallFiles, ManyOfOneSizeAreASet) {
  EXPECT_EQ(set_sizes(files(31, 1000)), std::vector<size_t>{});
  EXPECT_EQ(set_sizes(files(32, 1000)), std::vector<size_t>{32});
  EXPECT_EQ(set_sizes(files(500, 15U << 20U)), std::vector<size_t>{500});
  EXPECT_EQ(set_sizes(files(500, 16U << 20U)), std::vector<size_t>{}) << "large enough";
}

TEST(SmallFiles, SizesAndPartitionsStayApart) {
  std::vector<DataFile> all = files(31, 1000);
  for (const auto& more : {files(31, 1U << 20U), files(40, 1000, "a"), files(31, 1000, "b")})
    all.insert(all.end(), more.begin(), more.end());
  const auto sets = small_files(all);
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0].size(), 40U);
  EXPECT_EQ(sets[0][0].partition, "a");
}

}  // namespace
}  // namespace rhumb
