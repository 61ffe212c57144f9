#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "component/stream.h"
#include "profile/column_profile.h"

namespace rhumb {

/// What a whole stream of rows holds.
struct DataProfile {
  uint64_t rows = 0;
  bool complete = true;     ///< false: reading stopped at the limit
  uint64_t duplicates = 0;  ///< rows equal to one before in every column; of the first million rows
  std::vector<ColumnProfile> columns;
  /// Pairs of rows, one behind the other, that a thing would have to fly between faster than
  /// kImpossibleSpeed: by the first point and the first time column.
  uint64_t impossible_steps = 0;
  uint64_t steps = 0;
};

/// Metres per second: the speed of sound.
inline constexpr double kImpossibleSpeed = 340;

/// Reads up to `limit` rows in the file's order (0 = all).
[[nodiscard]] Result<DataProfile> profile_rows(BatchStream& stream, uint64_t limit);

/// What looks wrong, one sentence each: (0, 0), swapped axes, outliers, impossible speeds,
/// duplicates, columns without values.
[[nodiscard]] std::vector<std::string> suspects(const DataProfile& profile);

}  // namespace rhumb
