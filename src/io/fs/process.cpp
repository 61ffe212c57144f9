#include "io/fs/process.h"

#include <unistd.h>

#include <charconv>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "io/fs/file.h"

namespace rhumb {
namespace {

std::string boot() {
  const auto id = read_whole_file("/proc/sys/kernel/random/boot_id");
  return id.ok() ? std::string(trim(*id)) : "boot";
}

std::string process_namespace() {
  std::string target(64, '\0');
  const ssize_t n = ::readlink("/proc/self/ns/pid", target.data(), target.size());
  return n > 0 ? target.substr(0, static_cast<size_t>(n)) : "pid";
}

/// Ticks between boot and the start of that process; "" when there is none (zombies do no work).
std::string start_time(long pid) {
  const auto stat = read_whole_file(fmt::format("/proc/{}/stat", pid));
  if (!stat.ok()) return "";
  // The second field is the program's name in brackets and may itself hold anything.
  const size_t name_end = stat->rfind(") ");
  if (name_end == std::string::npos) return "";
  const std::string_view text(*stat);
  const auto fields = split(text.substr(name_end + 2), ' ');
  if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X") return "";
  return std::string(fields[19]);
}

}  // namespace

std::string process_identity() {
  const long pid = ::getpid();
  return fmt::format("{}/{}/{}/{}", boot(), process_namespace(), pid, start_time(pid));
}

std::string unique_name() {
  return fmt::format("{}-{}", new_id(), ::getpid());
}

ProcessState process_state(std::string_view identity, Reach reach) {
  const auto parts = split(identity, '/');
  if (parts.size() != 4) return ProcessState::kUnknown;
  if (parts[0] != boot()) {
    // On this machine: before it was started the last time.
    return reach == Reach::kThisMachine ? ProcessState::kGone : ProcessState::kUnknown;
  }
  if (parts[1] != process_namespace()) return ProcessState::kUnknown;
  long pid = 0;
  const std::string_view digits = parts[2];
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  if (error != std::errc{} || end != digits.data() + digits.size()) return ProcessState::kUnknown;
  return start_time(pid) == parts[3] ? ProcessState::kAlive : ProcessState::kGone;
}

std::string process_text(std::string_view identity) {
  const auto parts = split(identity, '/');
  return parts.size() == 4 ? fmt::format("process {}", parts[2]) : "";
}

}  // namespace rhumb
