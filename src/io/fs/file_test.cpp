#include "io/fs/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "io/fs/testing.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(AtomicWrite, ReplacesTheWholeFileAndLeavesNothingElse) {
  const TestFolder folder;
  ASSERT_TRUE(atomic_write(folder / "a", "first").ok());
  ASSERT_TRUE(atomic_write(folder / "a", std::string(1 << 20, 'x')).ok());
  ASSERT_TRUE(atomic_write(folder / "a", "").ok());
  EXPECT_EQ(*read_whole_file(folder / "a"), "");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"a"});
}

TEST(AtomicWrite, KeepsAnyBytesAndNamesAsLongAsTheFileSystemAllows) {
  const TestFolder folder;
  const std::string content("\0\xFF\n", 3);
  ASSERT_TRUE(atomic_write(folder / std::string(255, 'n'), content).ok());
  EXPECT_EQ(*read_whole_file(folder / std::string(255, 'n')), content);
  EXPECT_FALSE(atomic_write(folder / std::string(256, 'n'), content).ok());
  EXPECT_EQ(names_in(folder.path()).size(), 1U);
}

TEST(AtomicWrite, NeedsItsFolder) {
  const TestFolder folder;
  const Status status = atomic_write(folder / "none/a", "x");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kNotFound);
}

TEST(AtomicWrite, KilledAtAnyTimeLeavesOneOfTheTwoContents) {
  const TestFolder folder;
  const std::string a(300'000, 'a');
  const std::string b(400'000, 'b');
  ASSERT_TRUE(atomic_write(folder / "f", a).ok());
  for (int round = 0; round < 15; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      while (true) {
        if (!atomic_write(folder / "f", b).ok() || !atomic_write(folder / "f", a).ok()) _exit(1);
      }
    }
    ::usleep(static_cast<useconds_t>(500 + round * 700));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto content = read_whole_file(folder / "f");
    ASSERT_TRUE(content.ok());
    ASSERT_TRUE(*content == a || *content == b) << content->size();
  }
  for (const std::string& name : names_in(folder.path())) {
    EXPECT_TRUE(name == "f" || is_temporary_name(name)) << name;
  }
}

TEST(AtomicWrite, AFileSizeLimitIsADiskFullError) {
  const TestFolder folder;
  ASSERT_TRUE(atomic_write(folder / "f", "old").ok());
  const pid_t child = fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const Status status = atomic_write(folder / "f", std::string(10'000, 'x'));
    _exit(!status.ok() && status.error().code == Code::kDiskFull ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*read_whole_file(folder / "f"), "old");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"f"});
}

/// A file system of its own with 64 KiB; only root may make one.
class TinyDisk {
 public:
  TinyDisk() { mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=64k") == 0; }
  ~TinyDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const TestFolder& folder() const { return folder_; }

 private:
  TestFolder folder_;
  bool mounted_ = false;
};

TEST(AtomicWrite, AFullDiskIsNamedWithWhatIsFreeAndWhatIsNeeded) {
  const TinyDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small tmpfs needs root";
  ASSERT_TRUE(atomic_write(disk.folder() / "f", "old").ok());
  const Status status = atomic_write(disk.folder() / "f", std::string(200'000, 'x'));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kDiskFull);
  EXPECT_NE(status.error().message.find("free"), std::string::npos) << status.error().message;
  EXPECT_NE(status.error().message.find("KiB needed"), std::string::npos) << status.error().message;
  EXPECT_EQ(*read_whole_file(disk.folder() / "f"), "old");
  EXPECT_EQ(names_in(disk.folder().path()), std::vector<std::string>{"f"});
}

TEST(MakeFolders, MakesAllOfThemAndIsFineWithExistingOnes) {
  const TestFolder folder;
  ASSERT_TRUE(make_folders(folder / "a/b/c/").ok());
  ASSERT_TRUE(make_folders(folder / "a/b/c").ok());
  EXPECT_TRUE(fs::is_directory(folder / "a/b/c"));
  folder.write("file", "");
  const Status status = make_folders(folder / "file/x");
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("file"), std::string::npos);
}

TEST(MoveFile, NeverReplaces) {
  const TestFolder folder;
  const fs::path a = folder.write("a", "a");
  const fs::path b = folder.write("b", "b");
  EXPECT_FALSE(move_file(a, b).ok());
  EXPECT_EQ(*read_whole_file(b), "b");
  ASSERT_TRUE(move_file(a, folder / "c").ok());
  EXPECT_EQ(*read_whole_file(folder / "c"), "a");
  EXPECT_FALSE(fs::exists(a));
}

TEST(FileError, SaysWhatWhichAndWhy) {
  const auto missing = FileDescriptor::open("no/such/file", O_RDONLY);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(missing.error().message, "cannot open no/such/file: No such file or directory");
  EXPECT_EQ(file_error("read", "x", EIO).code, Code::kIo);
  EXPECT_EQ(file_error("write", "/", ENOSPC).code, Code::kDiskFull);
  EXPECT_NE(file_error("read", "x", EACCES).hint, "");
  EXPECT_EQ(file_error("read", "a\nb\xFF", EIO).message,
            "cannot read a\\x0ab\\xff: Input/output error");
}

TEST(FileDescriptor, ClosesWhatItOwnsAndOnlyOnce) {
  const TestFolder folder;
  int number = -1;
  {
    auto file = FileDescriptor::open(folder / "f", O_CREAT | O_WRONLY);
    ASSERT_TRUE(file.ok());
    number = file->get();
    const FileDescriptor moved = std::move(file).value();
    EXPECT_EQ(moved.get(), number);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

}  // namespace
}  // namespace rhumb
