#include "io/fs/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace rhumb {
namespace {

Error held_by_somebody(const std::filesystem::path& path, double seconds) {
  const auto holder = read_whole_file(path);
  const std::string who = holder.ok() && !holder->empty()
                              ? "process " + printable(trim(*holder), 40)
                              : "another process";
  return {Code::kBusy,
          fmt::format("{} has held the lock {} for more than {}", who,
                      printable(path.native(), 1000), human_seconds(seconds)),
          "wait for it to end, or end it",
          {}};
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::filesystem::path& path, double seconds) {
  RHUMB_ASSIGN(FileDescriptor file, FileDescriptor::open(path, O_RDWR | O_CREAT));
  const Stopwatch watch;
  auto pause = std::chrono::milliseconds(1);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return file_error("lock", path, errno);
    if (watch.seconds() > seconds) return held_by_somebody(path, seconds);
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(50));
  }
  // For the message of whoever waits in vain; the lock does not depend on it.
  if (::ftruncate(file.get(), 0) == 0) {
    const Status written = write_all(file, std::to_string(::getpid()) + "\n", path);
    static_cast<void>(written.ok());
  }
  return FileLock(std::move(file));
}

}  // namespace rhumb
