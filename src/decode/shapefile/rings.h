#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"

namespace rhumb {

/// Sorts the rings of one shape into polygons: each a list of ring numbers, the outer one first.
/// `starts` are the rings' first positions and, last, the end; `positions` hold `stride` numbers
/// each, x and y first. Clockwise rings are outer ones; if all go the other way, all are. Rings
/// without positions are left out. kBadValue when it would take too long.
[[nodiscard]] Result<std::vector<std::vector<size_t>>> sort_rings(
    const std::vector<double>& positions, size_t stride, const std::vector<uint64_t>& starts);

}  // namespace rhumb
