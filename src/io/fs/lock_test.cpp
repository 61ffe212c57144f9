#include "io/fs/lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "io/fs/process.h"
#include "io/fs/testing.h"

namespace rhumb {
namespace {

TEST(FileLock, IsHeldByOneAtATime) {
  const TestFolder folder;
  {
    const auto first = FileLock::acquire(folder / "lock", 1);
    ASSERT_TRUE(first.ok());
    const auto second = FileLock::acquire(folder / "lock", 0.02);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, Code::kBusy);
    EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())),
              std::string::npos)
        << second.error().message;
  }
  EXPECT_TRUE(FileLock::acquire(folder / "lock", 0).ok());
}

/// Runs `work` in another process until it is killed.
template <typename Work>
pid_t start(Work work) {
  const pid_t child = fork();
  if (child != 0) return child;
  work();
  ::pause();
  _exit(0);
}

void end(pid_t child) {
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST(FileLock, GoesWithAKilledProcess) {
  const TestFolder folder;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = start([&] {
    static const auto held = FileLock::acquire(folder / "lock", 1);
    if (::write(ready[1], held.ok() ? "y" : "n", 1) != 1) _exit(1);
  });
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_FALSE(FileLock::acquire(folder / "lock", 0.02).ok());
  end(child);
  EXPECT_TRUE(FileLock::acquire(folder / "lock", 1).ok());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(ProcessIdentity, TellsTheLivingFromTheDead) {
  EXPECT_EQ(process_state(process_identity()), ProcessState::kAlive);
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = start([&] {
    const std::string identity = process_identity();
    if (::write(ready[1], identity.data(), identity.size()) < 0) _exit(1);
  });
  std::string identity(500, '\0');
  const ssize_t n = ::read(ready[0], identity.data(), identity.size());
  ASSERT_GT(n, 0);
  identity.resize(static_cast<size_t>(n));
  EXPECT_EQ(process_state(identity), ProcessState::kAlive);
  end(child);
  EXPECT_EQ(process_state(identity), ProcessState::kGone);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(ProcessIdentity, IsGoneWhenAnotherProcessHasItsNumberOrTheMachineWasRestarted) {
  std::string reused = process_identity();
  reused.back() = reused.back() == '1' ? '2' : '1';
  EXPECT_EQ(process_state(reused), ProcessState::kGone);
  EXPECT_EQ(process_state("boot" + process_identity()), ProcessState::kGone);
}

TEST(ProcessIdentity, IsUnknownForOtherContainersAndNonsense) {
  std::string foreign = process_identity();
  foreign.insert(foreign.find('/') + 1, "other");
  EXPECT_EQ(process_state(foreign), ProcessState::kUnknown);
  EXPECT_EQ(process_state(""), ProcessState::kUnknown);
  EXPECT_EQ(process_state("a/b"), ProcessState::kUnknown);
}

}  // namespace
}  // namespace rhumb
