#include "cli/leases.h"

#include <fmt/format.h>

#include "base/text.h"
#include "run/lease_wait.h"

namespace rhumb {

OptionSpec wait_option() {
  return {"wait",
          'w',
          "DURATION",
          "when another command works on the same datasets, wait for it that long, such as 10m "
          "(default: refuse and say who)",
          false,
          {}};
}

std::optional<Micros> time_to_wait(const Invocation& invocation, Workspace& workspace) {
  if (!invocation.has("wait")) return 0;
  const auto parsed = parse_duration(invocation.value("wait"));
  if (!parsed) {
    workspace.fail(Error{Code::kUsage,
                         fmt::format("--wait takes a duration such as 30s or 10m, not `{}`",
                                     printable(invocation.value("wait"), 60)),
                         "",
                         {}});
  }
  return parsed;
}

bool take_leases(Micros wait, Workspace& workspace, Console& console,
                 const std::set<std::string>& datasets, const std::string& command) {
  State* const state = workspace.state();
  if (state == nullptr) return false;
  const Status taken =
      wait_for_leases(*state, {datasets.begin(), datasets.end()}, command, wait,
                      [&](const std::string& why) { console.say("waiting: " + why); });
  if (!taken.ok()) workspace.fail(taken.error());
  return taken.ok();
}

}  // namespace rhumb
