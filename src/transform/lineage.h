#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "component/schema.h"
#include "transform/functions.h"
#include "transform/syntax.h"

namespace rhumb {

/// How a value got from an input column into an output column; each kind covers those before it.
enum class LineageKind : uint8_t {
  kCopied,      ///< unchanged, perhaps under another name
  kComputed,    ///< through an expression over one row
  kAggregated,  ///< from several rows: aggregates and windows
};
[[nodiscard]] const char* lineage_kind_name(LineageKind kind);

/// Why a column has a say in which rows there are.
enum class RowRole : uint8_t {
  kFilter,  ///< WHERE, HAVING, QUALIFY, EXCEPT, INTERSECT
  kJoin,    ///< ON, USING, unnested lists
  kGroup,   ///< GROUP BY, DISTINCT
  kOrder,   ///< ORDER BY under a LIMIT
};
[[nodiscard]] const char* row_role_name(RowRole role);

struct ColumnSource {
  std::string dataset;
  std::string column;
  LineageKind kind = LineageKind::kCopied;
  bool operator==(const ColumnSource&) const = default;
};

struct DecidingColumn {
  std::string dataset;
  std::string column;
  RowRole role = RowRole::kFilter;
  auto operator<=>(const DecidingColumn&) const = default;
};

struct ColumnLineage {
  std::string name;                           ///< "" when only the engine can tell
  LineageKind kind = LineageKind::kComputed;  ///< kComputed with no sources: a constant
  std::vector<ColumnSource> from;  ///< by dataset and column, each once; what is known of it
  std::string unknown;             ///< why `from` may be incomplete; "" = it is complete
  bool operator==(const ColumnLineage&) const = default;
};

struct ModelLineage {
  std::vector<ColumnLineage> columns;  ///< in the order of the output
  std::vector<DecidingColumn> rows;    ///< sorted, each once
  std::string columns_unknown;         ///< why `columns` may not be all of them; "" = they are
  std::string rows_unknown;            ///< why `rows` may be incomplete
  bool operator==(const ModelLineage&) const = default;
};

/// Schemas of the datasets a model reads, by name.
using Schemas = std::map<std::string, Schema>;

/// Where each output column of a model comes from. Never fails: what cannot be followed is marked
/// unknown with its reason. `output`, when given, is the engine's own schema of the result; it
/// names columns that have no alias. O(nodes x columns).
[[nodiscard]] ModelLineage trace_columns(const SyntaxTree& tree, const Schemas& upstream,
                                         const FunctionFacts& facts,
                                         const Schema* output = nullptr);

}  // namespace rhumb
