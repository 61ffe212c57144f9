#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"

namespace rhumb {

__extension__ using Int128 = __int128;

/// PostgreSQL's binary numeric as an integer scaled by 10^scale; nothing for NaN and infinities.
/// An Error when it has more decimals than `scale` or more digits than the type holds.
[[nodiscard]] Result<std::optional<Int128>> decode_numeric(std::string_view bytes, int scale);

}  // namespace rhumb
