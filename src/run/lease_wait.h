#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/store.h"

namespace rhumb {

/// Takes the leases of `datasets`, for `holder`, as State::lease does; while somebody else holds
/// one it tries again, up to `wait` microseconds, and `waiting` is told once for whom. kBusy then.
[[nodiscard]] Status wait_for_leases(State& state, const std::vector<std::string>& datasets,
                                     const std::string& holder, Micros wait,
                                     const std::function<void(const std::string&)>& waiting);

}  // namespace rhumb
