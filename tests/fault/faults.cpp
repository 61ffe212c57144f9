#include "faults.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb::faults {
namespace {

constexpr int kExitStatus = 86;

struct Named {
  std::string_view name;
  Action action;
};
constexpr auto kActions = std::to_array<Named>({{"exit", Action::kExit},
                                                {"kill", Action::kKill},
                                                {"stall", Action::kStall},
                                                {"error", Action::kError},
                                                {"disk-full", Action::kDiskFull},
                                                {"connection-cut", Action::kConnectionCut},
                                                {"power-cut", Action::kPowerCut},
                                                {"skip", Action::kSkip},
                                                {"throw", Action::kThrow}});

constexpr auto kDiskPoints = std::to_array<std::string_view>(
    {"disk.write", "disk.sync", "disk.sync-data", "disk.sync-folder", "disk.rename", "disk.remove",
     "disk.make"});
constexpr auto kSabotages = std::to_array<std::string_view>({"ledger.insert", "switch.sent"});

struct Rule {
  std::string point;
  Action action;
  uint64_t nth;  ///< 0 = every time
};

void say(const std::string& line) {
  const std::string text = "fault: " + line + "\n";
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

/// A fault that nobody asked for, or one that never comes, would make a test say nothing.
[[noreturn]] void refuse(const std::string& what) {
  say("cannot read RHUMB_FAULT: " + what);
  std::_Exit(87);
}

Rule parse_rule(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) refuse(std::string(text));
  bool known = false;
  for (const std::string& point : known_points())
    known = known || split(point, ' ').back() == parts[0];
  if (!known) refuse("no such point: " + std::string(parts[0]));
  Rule rule{.point = std::string(parts[0]), .action = Action::kExit, .nth = 1};
  bool found = false;
  for (const Named& named : kActions) {
    if (named.name != parts[1]) continue;
    rule.action = named.action;
    found = true;
  }
  if (!found) refuse("no such action: " + std::string(parts[1]));
  if (parts.size() == 3) {
    const auto [end, error] =
        std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), rule.nth);
    if (error != std::errc{} || end != parts[2].data() + parts[2].size()) refuse(std::string(text));
  }
  return rule;
}

std::vector<Rule> read_rules() {
  const char* const wanted = std::getenv("RHUMB_FAULT");
  std::vector<Rule> rules;
  if (wanted == nullptr || *wanted == '\0') return rules;
  for (const std::string_view text : split(wanted, ',')) rules.push_back(parse_rule(text));
  return rules;
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = read_rules();
  return all;
}

std::mutex g_mutex;
std::map<std::string, uint64_t, std::less<>> g_counts;  // guarded by g_mutex
std::atomic<bool> g_disk_full{false};

uint64_t count(std::string_view point) {
  const std::scoped_lock lock(g_mutex);
  const auto found = g_counts.find(point);
  if (found != g_counts.end()) return ++found->second;
  g_counts.emplace(point, 1);
  return 1;
}

void cut_connections() {
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return;
  while (const dirent* entry = ::readdir(folder)) {
    const int descriptor = std::atoi(entry->d_name);
    struct stat info {};
    if (::fstat(descriptor, &info) == 0 && S_ISSOCK(info.st_mode)) {
      ::shutdown(descriptor, SHUT_RDWR);
    }
  }
  ::closedir(folder);
}

std::optional<Action> act(Action action) {
  switch (action) {
    case Action::kExit:
      ::_exit(kExitStatus);
    case Action::kKill:
      ::kill(::getpid(), SIGKILL);
      break;
    case Action::kStall:
      ::kill(::getpid(), SIGSTOP);
      break;
    case Action::kDiskFull:
      g_disk_full = true;
      break;
    case Action::kConnectionCut:
      cut_connections();
      break;
    case Action::kPowerCut:
      cut_power();
    case Action::kError:
    case Action::kSkip:
    case Action::kThrow:
      return action;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Action> pass(std::string_view point) {
  const uint64_t times = count(point);
  for (const Rule& rule : rules()) {
    if (rule.point != point || (rule.nth != 0 && rule.nth != times)) continue;
    if (rule.nth != 0) say(fmt::format("{} passed, time {}", point, times));
    return act(rule.action);
  }
  return std::nullopt;
}

bool disk_is_full() {
  return g_disk_full;
}

std::vector<std::string> known_points() {
  std::vector<std::string> all;
#define X(identifier, name) all.emplace_back("step " name);
#include "base/fault_points.def"
#undef X
  for (const std::string_view name : kDiskPoints) all.push_back(fmt::format("disk {}", name));
  for (const std::string_view name : kSabotages) all.push_back(fmt::format("sabotage {}", name));
  return all;
}

void write_counts() {
  const char* const path = std::getenv("RHUMB_FAULT_COUNTS");
  if (path == nullptr) return;
  // A copy: writing passes points, too.
  std::map<std::string, uint64_t, std::less<>> counts;
  {
    const std::scoped_lock lock(g_mutex);
    counts = g_counts;
  }
  std::ofstream out(path);
  for (const auto& [point, times] : counts) out << point << ' ' << times << '\n';
}

}  // namespace rhumb::faults
