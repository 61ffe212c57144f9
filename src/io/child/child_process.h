#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rhumb {

struct ChildCommand {
  std::vector<std::string> words;  ///< absolute path of the program, then its arguments
  std::map<std::string, std::string> environment;  ///< added to this process's own
  std::filesystem::path log;  ///< takes standard output and standard error; made, or emptied
};

/// A program in a process group of its own, so that Ctrl-C does not reach it and all that it starts
/// can be ended together. It reads nothing from standard input. Ended when this object goes. Not
/// thread-safe.
class ChildProcess {
 public:
  /// kNotFound when there is no such program, kIo otherwise.
  static Result<ChildProcess> start(const ChildCommand& command);
  ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess() { end(); }

  /// Its exit status, or 128 + the signal that ended it; nothing while it runs.
  [[nodiscard]] std::optional<int> exit_status();
  /// Asks the whole group to end, and ends what is left after two seconds.
  void end();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_;  ///< also that of its group; -1 = there is none
  std::optional<int> status_;
};

}  // namespace rhumb
