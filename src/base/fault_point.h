#pragma once

#include <cstdint>

#include "base/result.h"

namespace rhumb {

/// The boundaries between steps; see fault_points.def.
enum class FaultPoint : uint8_t {
#define X(identifier, name) identifier,
#include "base/fault_points.def"
#undef X
};

/// Stands at every boundary between two steps whose order matters when a process dies. Does
/// nothing: the program that tests/fault builds has another one, which kills, stops or fails there
/// what it is told to. Thread-safe.
///
///   RHUMB_TRY(fault_point(FaultPoint::kCommitIndexed));
[[nodiscard]] Status fault_point(FaultPoint point);

}  // namespace rhumb
