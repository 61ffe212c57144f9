#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "run/analysis.h"
#include "run/run_context.h"

namespace rhumb {

struct RollbackReport {
  uint64_t from = 0;     ///< content version that was visible
  uint64_t to = 0;       ///< content version that is visible now
  uint64_t version = 0;  ///< the new version that says so
};

/// Makes an older version of a model the visible one again: a new manifest with the old files, at
/// once in the store; in each target by its kept table, or by publishing again. `to` empty = the
/// version before the present one. Holds until an input or the model changes. `wait`: how long,
/// while another process publishes to the same place.
[[nodiscard]] Result<RollbackReport> roll_back(RunContext& context, const Analysis& analysis,
                                               const std::string& model, std::optional<uint64_t> to,
                                               Micros wait);

}  // namespace rhumb
