#include "io/child/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

#include <fmt/format.h>

namespace rhumb {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kGrace{2000};

/// What posix_spawn() is told, freed when it goes.
class SpawnSettings {
 public:
  SpawnSettings() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

std::vector<std::string> full_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

/// As exec(3) takes them; valid while `texts` is.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

bool group_exists(pid_t group) {
  return ::kill(-group, 0) == 0;
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const ChildCommand& command) {
  SpawnSettings settings;
  posix_spawn_file_actions_addopen(&settings.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&settings.files, STDOUT_FILENO, command.log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&settings.files, STDOUT_FILENO, STDERR_FILENO);
  // What this process blocks or ignores is none of the other one's business.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setsigdefault(&settings.attributes, &all);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  posix_spawnattr_setflags(&settings.attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words = command.words;
  std::vector<std::string> environment = full_environment(command.environment);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, words.at(0).c_str(), &settings.files, &settings.attributes,
                                   pointers(words).data(), pointers(environment).data());
  if (failed == 0) return ChildProcess(pid);
  return Error{
      failed == ENOENT ? Code::kNotFound : Code::kIo,
      fmt::format("cannot start {}: {}", words.at(0), std::generic_category().message(failed)),
      "",
      {}};
}

std::optional<int> ChildProcess::exit_status() {
  if (status_ || pid_ < 0) return status_;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == pid_)
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

void ChildProcess::end() {
  if (pid_ < 0) return;
  // Its own exit is no sign that what it has started is gone as well.
  ::kill(-pid_, SIGTERM);
  for (milliseconds waited{0}; waited < kGrace; waited += milliseconds(20)) {
    static_cast<void>(exit_status());
    if (!group_exists(pid_)) break;
    std::this_thread::sleep_for(milliseconds(20));
  }
  ::kill(-pid_, SIGKILL);
  if (!status_) {
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
}

}  // namespace rhumb
