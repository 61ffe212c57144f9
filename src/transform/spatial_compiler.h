#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "transform/lineage_binder.h"
#include "transform/spatial_from.h"
#include "transform/spatial_join.h"
#include "transform/spatial_predicate.h"

namespace rhumb::spatial {

using nlohmann::json;

/// Names of the tables that hold searchable rows, of what is added to them, and of what stands for
/// the table they are made from.
inline constexpr const char* kLookupSchema = "rhumb_lookup";
inline constexpr const char* kRowNumber = "rhumb_row";
inline constexpr const char* kGeometry = "rhumb_geometry";
inline constexpr const char* kSource = "rhumb_source";

/// Rows to be made searchable, before they have a name.
struct Draft {
  json rows;  ///< a query
  std::string geometry;
  bool point_probes = true;
  std::optional<uint64_t> estimate;
  Node reads;  ///< what of the statement the rows are made from
};

/// What a nested query is compiled to, when not to itself.
struct Instead {
  json select_list;            ///< null = its own
  std::set<const json*> drop;  ///< conditions of WHERE
};

/// Works through one statement. Trees are read, never changed: results are new.
class StatementCompiler {
 public:
  StatementCompiler(const SyntaxTree& tree, const FunctionFacts& facts, TableFacts& tables,
                    TreeToSql& text);

  Result<CompiledSql> run();

  // For the parts that compile one SELECT.
  [[nodiscard]] json query(const Query& query);
  [[nodiscard]] json select(const Query& query, const Instead& instead = {});
  /// A copy of anything that is no query, with the queries in it compiled.
  [[nodiscard]] json rewritten(const json& node);
  [[nodiscard]] FromClause from_clause(const TableRef& from) const {
    return FromClause(from, binder_.entries(), facts_);
  }
  [[nodiscard]] const FunctionFacts& facts() const { return facts_; }
  /// Why the rows of `node` cannot be made before the statement runs; "" = they can.
  [[nodiscard]] std::string why_not_beforehand(const Node& node) const;
  /// Plans the look-up and returns its name.
  std::string make_lookup(Draft draft);
  [[nodiscard]] std::optional<uint64_t> estimate(const Node& table) const;
  /// Whether an expression may give points.
  [[nodiscard]] bool may_be_points(const Expression& expression, const FromClause& from) const;
  /// The kind of geometry that an expression of `from` gives.
  [[nodiscard]] GeometryKind kind_of(const Expression& expression, const FromClause& from) const;
  /// Whether an expression of `from` is known to give a DOUBLE.
  [[nodiscard]] bool gives_double(const Expression& expression, const FromClause& from) const;
  /// `prefix` with a number that makes it a new name.
  std::string new_name(std::string_view prefix);
  /// Returns its number.
  size_t note(SpatialJoin join, const json& condition);
  void name_lookup(size_t note, const std::string& name) { out_.joins[note].lookup = name; }
  /// The name the engine gives an item of a select list that has no alias.
  std::string item_name(const json& item);

 private:
  struct Common {
    std::string name;  ///< lower case
    Query original;
    json entry;  ///< compiled, as it stands in a WITH clause
    bool outward = false;
    bool recursive = false;
  };

  Status gather_tables();
  /// The column of a dataset that a column of `from` is a copy of; null when it is none.
  [[nodiscard]] const Column* dataset_column(const Expression& column,
                                             const FromClause& from) const;
  json with_clause(const Query& query);
  [[nodiscard]] std::vector<const Common*> common_of(const Node& node) const;
  [[nodiscard]] bool unstable(const Node& node) const;
  std::string print(const json& query);

  const SyntaxTree& tree_;
  const FunctionFacts& facts_;
  TableFacts& tables_;
  TreeToSql& text_;
  Schemas schemas_;
  std::map<std::string, size_t> uses_;  ///< of names of WITH, anywhere in the statement
  lineage::Binder binder_;
  std::vector<Common> common_;
  int numbers_ = 0;
  CompiledSql out_;
  std::optional<Error> error_;  ///< the engine could not write a tree as SQL
};

/// A condition in the WHERE of a subquery whose FROM is `from`, turned so that the first geometry
/// is of the subquery and the second, as the distance, of the query around it. Nothing when it is
/// none such, or when the index would find more than it.
[[nodiscard]] std::optional<Predicate> turned_outward(Predicate predicate, const FromClause& from);

/// An expression over one table in terms of that table alone, under the name kSource.
[[nodiscard]] json in_source(const json& expression, std::string_view alias);
/// What a column is called in a look-up, where some names are taken.
[[nodiscard]] std::string stored_name(const std::string& column, size_t position);

/// Compiles EXISTS and counts of matches to calls; null when `subquery` is none that can be.
[[nodiscard]] json compile_matching_subquery(StatementCompiler& compiler,
                                             const Expression& subquery);

}  // namespace rhumb::spatial
