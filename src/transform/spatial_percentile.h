#pragma once

#include <functional>

#include <nlohmann/json_fwd.hpp>

#include "transform/syntax.h"

namespace rhumb::spatial {

/// Replaces the exact percentiles of DOUBLE values below `node` (median, quantile_cont,
/// percentile_cont WITHIN GROUP; one constant fraction, ascending, not DISTINCT) by
/// rhumb_percentile(value, fraction), which gives the same result for less
/// (docs/decisions/exact-medians.md).
/// Queries within are not entered. `is_double` says whether an expression is known to be a DOUBLE.
void use_own_percentiles(nlohmann::json& node,
                         const std::function<bool(const Expression&)>& is_double);

/// Whether the expression gives a DOUBLE because of what it is: a measure, a cast, arithmetic of
/// those; `column` answers for columns.
[[nodiscard]] bool gives_double(const Expression& expression,
                                const std::function<bool(const Expression&)>& column);

}  // namespace rhumb::spatial
