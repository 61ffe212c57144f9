#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "component/schema.h"
#include "transform/functions.h"
#include "transform/syntax.h"
#include "transform/tree_to_sql.h"

namespace rhumb {

/// What is asked about the tables that a statement names. `schema` is "" for datasets.
class TableFacts {
 public:
  virtual ~TableFacts() = default;
  virtual Result<Schema> columns(const std::string& schema, const std::string& name) = 0;
  /// Nothing when it is not known.
  virtual std::optional<uint64_t> rows(const std::string& schema, const std::string& name) = 0;
  /// What `rows` is kept under. The same answer for the same rows of the same versions of `tables`
  /// lets statements share it; [a-z0-9_]+.
  virtual std::string lookup_name(const std::string& rows,
                                  const std::vector<std::string>& tables) = 0;
};

/// Rows to be made searchable before the statement runs, as rhumb_lookup."NAME".
struct LookupPlan {
  std::string name;
  std::string rows;           ///< SELECT
  std::string geometry;       ///< the column of it that is searched
  bool keep_geometry = true;  ///< the statement uses that column, too
  bool point_probes = true;   ///< it may be searched by points
  bool fresh = false;         ///< made from values that change: only this statement may use it
  std::optional<uint64_t> estimated_rows;
  std::vector<std::string> tables;  ///< that the rows are made from, lower case
  std::string tree;                 ///< what `rows` was made from, for places in errors
  bool operator==(const LookupPlan&) const = default;
};

/// One spatial join of the statement and what became of it.
struct SpatialJoin {
  Place place;            ///< of its condition, in the user's statement
  std::string condition;  ///< name of the function it is written with
  std::string kind;       ///< INNER, LEFT, ..., EXISTS, COUNT, NEAREST
  std::string reason;     ///< why it was left to the engine, and what to write; "" = compiled
  std::string relation;   ///< compiled: relation(indexed, probed)
  std::string indexed;    ///< compiled: the table that is searched, by the name it has there
  std::string probed;     ///< compiled: the table whose rows search it
  std::string lookup;     ///< compiled: its name
  std::string rule;       ///< what a reader must know, such as which of several near ones is taken

  [[nodiscard]] bool compiled() const { return reason.empty(); }
};

/// A statement whose spatial joins are look-ups. Runs on an engine that has made `lookups`, in
/// their order.
struct CompiledSql {
  std::string sql;  ///< the statement as it was when nothing was compiled
  std::vector<LookupPlan> lookups;
  std::vector<SpatialJoin> joins;  ///< in the order they stand in FROM
  std::string tree;                ///< what `sql` was made from; "" = nothing was compiled

  [[nodiscard]] bool compiled() const { return !tree.empty(); }
};

/// Turns joins on a spatial condition into look-ups: the smaller side is made searchable, each row
/// of the other asks which rows it matches, and those are joined by number. Covers INNER, LEFT,
/// RIGHT, FULL, SEMI and ANTI joins, EXISTS, count(*) over matches and nearest neighbours by
/// LATERAL, in every query of the statement. The result has the same columns and rows, the rows in
/// no particular order. What is not understood is left as it is, with the reason in `joins`; there
/// is no error for that. Errors are those of `tables` and `text`. O(nodes x columns).
///
/// A condition whose volatile parts would be evaluated another number of times is not compiled.
[[nodiscard]] Result<CompiledSql> compile_spatial_joins(const SyntaxTree& tree,
                                                        const FunctionFacts& facts,
                                                        TableFacts& tables, TreeToSql& text);

/// The place in the user's statement that a place in compiled SQL came from; unknown when it came
/// from nowhere. `made_from` is the tree that the SQL was printed from, `parsed` the tree that the
/// engine makes of it.
[[nodiscard]] Place original_place(const std::string& made_from, const SyntaxTree& parsed,
                                   const SyntaxTree& user, const Place& place);

}  // namespace rhumb
