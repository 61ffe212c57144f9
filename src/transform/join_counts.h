#pragma once

#include <optional>

#include <nlohmann/json_fwd.hpp>

namespace rhumb {

/// A query that says for each row of the leftmost table of `rows` how often `rows` repeats it, in
/// its only column `matches`: each joined table is a count beside the row instead of rows to be
/// made and grouped again. Rows that WHERE drops are not in it.
///
/// `rows` is a query without grouping, for instance that of row_identity::carry(). Nothing when it
/// is anything else than tables joined to the leftmost one, each by one spatial condition on the
/// two of them in which all columns are qualified. O(nodes).
[[nodiscard]] std::optional<nlohmann::json> joins_as_counts(const nlohmann::json& rows);

}  // namespace rhumb
