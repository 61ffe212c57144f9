#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>
#include <thread>

#include "base/text.h"
#include "io/child/child_process.h"
#include "io/child/line_channel.h"
#include "io/fs/file.h"
#include "io/fs/testing.h"

namespace rhumb {
namespace {

using std::chrono::milliseconds;

std::optional<int> wait_for(ChildProcess& child) {
  for (int i = 0; i < 500 && !child.exit_status(); ++i)
    std::this_thread::sleep_for(milliseconds(10));
  return child.exit_status();
}

ChildCommand shell(const std::string& script, const TestFolder& folder) {
  return {.words = {"/bin/sh", "-c", script},
          .environment = {{"RHUMB_CHILD_TEST", "of the test"}},
          .log = folder / "log"};
}

TEST(ChildProcess, SaysHowItEndedAndWhatItPrinted) {
  const TestFolder folder;
  auto child = ChildProcess::start(
      shell("echo out; echo err >&2; echo $RHUMB_CHILD_TEST; cat; exit 7", folder));
  ASSERT_TRUE(child.ok());
  EXPECT_EQ(wait_for(*child), 7);
  EXPECT_EQ(read_whole_file(folder / "log").value(), "out\nerr\nof the test\n");
}

TEST(ChildProcess, NamesAProgramThatIsNotThere) {
  const TestFolder folder;
  const auto child = ChildProcess::start({.words = {"/no/such/program"}, .log = folder / "log"});
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().code, Code::kNotFound);
  EXPECT_NE(child.error().message.find("/no/such/program"), std::string::npos);
}

TEST(ChildProcess, EndsWithAllThatItStarted) {
  const TestFolder folder;
  pid_t grandchild = 0;
  {
    auto child = ChildProcess::start(
        shell("sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & wait", folder));
    ASSERT_TRUE(child.ok());
    std::string log;
    for (int i = 0; i < 500 && log.find('\n') == std::string::npos; ++i) {
      std::this_thread::sleep_for(milliseconds(10));
      log = read_whole_file(folder / "log").value();
    }
    grandchild = std::stoi(log);
    ASSERT_EQ(::kill(grandchild, 0), 0);
  }
  // Nobody of this test can wait for it, so it may stay a zombie for a moment.
  for (int i = 0; i < 500 && ::kill(grandchild, 0) == 0; ++i) {
    const auto stat = read_whole_file("/proc/" + std::to_string(grandchild) + "/stat");
    if (!stat.ok() || stat->find(") Z") != std::string::npos) return;
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_NE(::kill(grandchild, 0), 0);
}

TEST(LineChannel, LinesGoBothWaysAndItsEndIsSeen) {
  const TestFolder folder;
  const auto path = folder / "channel";
  auto channel = LineChannel::listen(path);
  ASSERT_TRUE(channel.ok());
  EXPECT_FALSE(channel->accept(milliseconds(1)).value());
  auto child = ChildProcess::start(
      {.words = {"/usr/bin/python3", "-c",
                 "import socket, sys\n"
                 "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
                 "line = s.makefile().readline()\n"
                 "s.sendall(('got ' + line + 'x' * 9000 + '\\nlost').encode())\n",
                 path.string()},
       .log = folder / "log"});
  ASSERT_TRUE(child.ok());
  ASSERT_TRUE(channel->accept(milliseconds(10000)).value());
  EXPECT_FALSE(channel->read_line(milliseconds(1)).value());
  ASSERT_TRUE(channel->write_line("a line").ok());
  EXPECT_EQ(channel->read_line(milliseconds(10000)).value(), "got a line");
  EXPECT_EQ(channel->read_line(milliseconds(10000)).value(), std::string(9000, 'x'));
  const auto end = channel->read_line(milliseconds(10000));
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code, Code::kNotFound);
}

TEST(LineChannel, APathThatIsTooLongIsRefused) {
  const auto channel = LineChannel::listen("/" + std::string(200, 'a'));
  ASSERT_FALSE(channel.ok());
  EXPECT_NE(channel.error().hint.find("TMPDIR"), std::string::npos);
}

}  // namespace
}  // namespace rhumb
