#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "transform/functions.h"
#include "transform/syntax.h"
#include "transform/tree_to_sql.h"

namespace rhumb {

/// Schema of the views that show a dataset's rows with their identity: all its columns, then
/// `_input` and `_row`, which together are unique. The caller binds `"rhumb_raw"."NAME"`.
inline constexpr const char* kRawSchema = "rhumb_raw";

struct ConservationQueries {
  /// One row: total, lost, single, doubled, max_matches (bigint). lost + single + doubled = total.
  std::string counts_sql;
  /// Up to 10 lost and 10 doubled rows: rhumb_kind ('lost' or 'doubled'), rhumb_matches, then all
  /// columns of the source with _input and _row. In a fixed order.
  std::string examples_sql;
};

/// Queries that count, for each row of `source`, how many rows it contributes to `tree` up to the
/// first grouping on its way (GROUP BY, aggregate, DISTINCT, UNION without ALL), or to the result
/// when there is none. `lost` are rows that contribute nothing, whatever the cause: a join without
/// a match, a NULL geometry, WHERE, QUALIFY, LIMIT. A row that an outer join keeps without a match
/// contributes once. What the grouping itself leaves out (HAVING, LIMIT after it) is not counted.
///
/// kNotSupported, with the place and a rewrite, when the rows do not flow into the result on
/// exactly one way: not in FROM, several times, through a recursive WITH, PIVOT, on the hidden side
/// of a SEMI or ANTI join. Other errors are those of `text`.
[[nodiscard]] Result<ConservationQueries> conservation_queries(const SyntaxTree& tree,
                                                               const FunctionFacts& facts,
                                                               std::string_view source,
                                                               TreeToSql& text);

}  // namespace rhumb
