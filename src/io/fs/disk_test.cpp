#include "io/fs/disk.h"

#include <gtest/gtest.h>

#include "io/fs/testing.h"

namespace rhumb {
namespace {

TEST(FileSystemKind, KnowsNetworkFileSystems) {
  EXPECT_TRUE(classify_file_system(0x6969, "nfs4").network);
  EXPECT_EQ(classify_file_system(0x6969, "nfs4").name, "nfs");
  EXPECT_TRUE(classify_file_system(0xFE534D42, "cifs").network);
  EXPECT_TRUE(classify_file_system(0xFFFFFFFFFE534D42, "cifs").network) << "sign-extended";
  EXPECT_TRUE(classify_file_system(0x65735546, "fuse.sshfs").network);
  EXPECT_TRUE(classify_file_system(0x65735546, "").network);
}

TEST(FileSystemKind, LetsLocalOnesPass) {
  EXPECT_FALSE(classify_file_system(0xEF53, "ext4").network);
  EXPECT_FALSE(classify_file_system(0x65735546, "fuseblk").network);
  EXPECT_FALSE(classify_file_system(0x65735546, "virtiofs").network);
  EXPECT_FALSE(classify_file_system(0x1234, "").network);
  EXPECT_EQ(classify_file_system(0x1234, "").name, "0x1234");
}

TEST(FileSystemKind, LooksAtTheNearestFolderThatExists) {
  const TestFolder folder;
  const auto here = file_system_kind(folder.path());
  const auto below = file_system_kind(folder / "not/yet/there");
  ASSERT_TRUE(here.ok() && below.ok());
  EXPECT_EQ(here->name, below->name);
  EXPECT_TRUE(require_local_disk(folder / "not/yet").ok());
}

TEST(FreeSpace, IsMoreThanNothingAndLessThanAnExabyte) {
  const TestFolder folder;
  const auto free = free_space(folder / "not/yet/there");
  ASSERT_TRUE(free.ok());
  EXPECT_GT(*free, 0U);
  EXPECT_LT(*free, uint64_t{1} << 60);
}

}  // namespace
}  // namespace rhumb
