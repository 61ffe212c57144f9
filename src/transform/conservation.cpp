#include "transform/conservation.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "transform/join_counts.h"
#include "transform/rewrite.h"
#include "transform/row_identity.h"
#include "transform/statement_text.h"

namespace rhumb {
namespace {

using nlohmann::json;
using row_identity::kInput;
using row_identity::kOuterInput;
using row_identity::kOuterRow;
using row_identity::kRow;

std::string matches_cte(const std::string& contributions) {
  return fmt::format(
      "WITH rhumb_matches AS MATERIALIZED (SELECT {0}, {1}, count(*) AS matches FROM {2} AS "
      "rhumb_contributions WHERE {1} IS NOT NULL GROUP BY ALL)\n",
      kOuterInput, kOuterRow, in_parentheses(contributions));
}

// Whether a row of the source may come out more than once. Without a join, a union or an unnested
// list it cannot, and counting the rows that come out is enough.
bool may_repeat_rows(const json& node) {
  if (node.is_object()) {
    const auto type = node.find("type");
    for (const char* repeats :
         {"JOIN", "SET_OPERATION_NODE", "TABLE_FUNCTION", "PIVOT", "RECURSIVE_CTE_NODE"}) {
      if (type != node.end() && *type == repeats) return true;
    }
    if (node.contains("function_name") && node["function_name"] == "unnest") return true;
  }
  if (!node.is_structured()) return false;
  return std::any_of(node.begin(), node.end(), may_repeat_rows);
}

std::string counts_without_repeats(const std::string& contributions, std::string_view source) {
  return fmt::format(
      "SELECT total, total - matched AS lost, matched AS single, CAST(0 AS BIGINT) AS doubled, "
      "least(matched, 1) AS max_matches FROM (SELECT (SELECT count(*) FROM {}.{}) AS total, "
      "(SELECT count({}) FROM {} AS rhumb_contributions) AS matched)",
      quote_identifier(kRawSchema), quote_identifier(source), kOuterRow,
      in_parentheses(contributions));
}

/// `matches` is a table of how often each row comes out; rows that do not may be left out of it.
std::string counts_of_matches(const std::string& matches, std::string_view source) {
  return fmt::format(
      "SELECT total, total - matched AS lost, single, matched - single AS doubled, most AS "
      "max_matches "
      "FROM (SELECT count(*) FILTER (WHERE matches > 0) AS matched, count(*) FILTER (WHERE "
      "matches = 1) AS single, coalesce(max(matches), 0) AS most FROM {}), "
      "(SELECT count(*) AS total FROM {}.{})",
      matches, quote_identifier(kRawSchema), quote_identifier(source));
}

Result<std::string> counts(const json& query, const std::string& contributions,
                           std::string_view source, TreeToSql& text) {
  if (!may_repeat_rows(query)) return counts_without_repeats(contributions, source);
  if (const auto counted = joins_as_counts(query)) {
    RHUMB_ASSIGN(const std::string matches, text.to_sql(rewrite::document(*counted)));
    return counts_of_matches(in_parentheses(matches) + " AS rhumb_matches", source);
  }
  return matches_cte(contributions) + counts_of_matches("rhumb_matches", source);
}

std::string joined_source(std::string_view source) {
  return fmt::format(
      "{}.{} AS s LEFT JOIN rhumb_matches AS m ON s.{} IS NOT DISTINCT FROM m.{} AND s.{} = m.{}",
      quote_identifier(kRawSchema), quote_identifier(source), kInput, kOuterInput, kRow, kOuterRow);
}

}  // namespace

Result<ConservationQueries> conservation_queries(const SyntaxTree& tree, const FunctionFacts& facts,
                                                 std::string_view source, TreeToSql& text) {
  RHUMB_ASSIGN(const json query, row_identity::carry(tree, facts, source));
  RHUMB_ASSIGN(const std::string contributions, text.to_sql(rewrite::document(query)));
  const std::string matches = matches_cte(contributions);
  const std::string joined = joined_source(source);
  ConservationQueries out;
  RHUMB_ASSIGN(out.counts_sql, counts(query, contributions, source, text));
  const auto examples = [&](const char* kind, const char* value, const char* condition) {
    return fmt::format(
        "(SELECT '{}' AS rhumb_kind, {} AS rhumb_matches, s.* FROM {} WHERE m.matches {} "
        "ORDER BY rhumb_matches DESC, s.{}, s.{} LIMIT 10)",
        kind, value, joined, condition, kInput, kRow);
  };
  out.examples_sql = matches + "SELECT * FROM " + examples("lost", "CAST(0 AS BIGINT)", "IS NULL") +
                     "\nUNION ALL SELECT * FROM " + examples("doubled", "m.matches", "> 1");
  return out;
}

}  // namespace rhumb
