#include "run/lease_wait.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace rhumb {

Status wait_for_leases(State& state, const std::vector<std::string>& datasets,
                       const std::string& holder, Micros wait,
                       const std::function<void(const std::string&)>& waiting) {
  const Stopwatch watch;
  const double seconds = static_cast<double>(wait) / 1e6;
  auto pause = std::chrono::milliseconds(20);
  std::string told;
  while (true) {
    Status taken = state.lease(datasets, holder);
    if (taken.ok() || taken.error().code != Code::kBusy || watch.seconds() >= seconds) return taken;
    if (taken.error().message != told) waiting(told = taken.error().message);
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(500));
  }
}

}  // namespace rhumb
