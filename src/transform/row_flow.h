#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "transform/functions.h"
#include "transform/syntax.h"

namespace rhumb {

/// How a statement's result depends on the rows of one dataset.
struct RowFlow {
  bool depends = false;        ///< the dataset is read at all
  std::vector<Query> selects;  ///< SELECTs through which its rows pass
};

/// What may happen to the rows on their way.
enum class FlowRule : uint8_t {
  /// The result over old and new rows is the result over old rows followed by that over new rows.
  kEachRowAlone,
  /// Rows may be combined, as long as a new row changes only result rows that its own columns lead
  /// to:
  /// no LIMIT, no grouping sets, no join of the dataset with itself.
  kGroups,
};

/// Follows the rows of `dataset` to the result. kBadSql with the place of the construct that breaks
/// the rule. Windows are left to the caller under kGroups. O(nodes).
[[nodiscard]] Result<RowFlow> follow_rows(const SyntaxTree& tree, const FunctionFacts& facts,
                                          std::string_view dataset, FlowRule rule);

/// Datasets in FROM as they are written, leftmost first, through CTEs and subqueries; lower case,
/// each once.
[[nodiscard]] std::vector<std::string> datasets_in_from(const Query& root);

}  // namespace rhumb
