#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "transform/functions.h"
#include "transform/lineage.h"
#include "transform/syntax.h"
#include "transform/tree_to_sql.h"

namespace rhumb {

/// kind: append. The dataset whose new rows alone make the model's new rows: the first of
/// `candidates` in FROM order, leftmost first and through CTEs, of which this is true. It holds
/// when every row goes its own way: no GROUP BY, aggregate, DISTINCT, window or LIMIT, no subquery
/// over it, not on the optional side of an outer join, no UNION ALL branch without it. A change of
/// any other dataset the model reads needs a full rebuild, as does a row that leaves this one.
/// kBadSql with the place of what prevents it, for the first candidate, and the kind to use
/// instead.
///
/// When the dataset is itself a view, its own SQL must pass the same test for its driver in turn.
[[nodiscard]] Result<std::string> append_source(const SyntaxTree& tree, const FunctionFacts& facts,
                                                const std::vector<std::string>& candidates);

/// kind: partitioned. As append_source(), but rows may be grouped: the dataset whose new and
/// removed rows tell which partitions change. Only a first test: plan_partitions() needs schemas
/// for the rest.
[[nodiscard]] Result<std::string> partition_source(const SyntaxTree& tree,
                                                   const FunctionFacts& facts,
                                                   const std::vector<std::string>& candidates);

/// Rows of a dataset that can matter to a partition value `v`: `column >= v AND column < v + 1
/// unit`, or `column = v` when the unit is ""; `column IS NULL` for NULL. The column is a date or a
/// timestamp when there is a unit.
struct SourceRange {
  std::string dataset;
  std::string column;
  std::string unit;  ///< as date_trunc takes it, lower case
};

struct PartitionPlan {
  std::string column;  ///< partition_by as the result spells it
  /// Returns the distinct partition values (`value`) that the rows now bound under the driving
  /// dataset's name belong to. To be run over rows that came and over rows that left. May name more
  /// partitions than change, never fewer.
  std::string touched_sql;
  std::optional<SourceRange> range;  ///< of the driving dataset; nothing = all its rows are needed
};

/// Shows that the rows of `source` reach only partitions their own columns lead to, and how to find
/// them. kBadSql with the place of what prevents it: an aggregate or window as partition, a window
/// that is not cut at partitions, a join on aggregated values, a column that cannot be followed.
[[nodiscard]] Result<PartitionPlan> plan_partitions(const SyntaxTree& tree,
                                                    const FunctionFacts& facts,
                                                    const Schemas& upstream,
                                                    std::string_view source,
                                                    std::string_view partition_by, TreeToSql& text);

/// The model's statement for the given partitions alone. Values are text that the engine casts to
/// the column's type, nothing = NULL. They are constants on purpose: the engine moves a filter with
/// constants below GROUP BY, but not one with a subquery or a join.
[[nodiscard]] std::string sql_for_partitions(std::string_view sql, std::string_view column,
                                             const std::vector<std::optional<std::string>>& values);

}  // namespace rhumb
