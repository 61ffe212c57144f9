#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "transform/functions.h"
#include "transform/lineage_binder.h"
#include "transform/syntax.h"

namespace rhumb::spatial {

/// An entry of FROM that is no join, as names find it.
struct Leaf {
  TableRef table;
  std::string alias;
  std::vector<lineage::NamedValue> columns;
  bool open = false;       ///< it may have more columns
  bool looks_out = false;  ///< it uses names from outside itself, or may
  int node = 0;
};

/// A join or an entry in the tree that a FROM clause is.
struct FromNode {
  TableRef table;
  int parent = -1;
  int left = -1, right = -1;  ///< joins
  int leaf = -1;              ///< entries
  std::string kind;           ///< joins: INNER, LEFT, RIGHT, FULL, SEMI, ANTI
  std::string way;            ///< joins: REGULAR, CROSS, NATURAL, ASOF, POSITIONAL, ...

  [[nodiscard]] bool is_join() const { return leaf < 0; }
};

/// What an expression is made from.
struct Uses {
  std::set<size_t> leaves;
  bool outside = false;    ///< names that no entry of this FROM has
  bool parameter = false;  ///< $1
  std::string unclear;     ///< why this may not be all, or why it must stay where it is

  [[nodiscard]] bool only(size_t leaf) const {
    return unclear.empty() && !outside && leaves.size() == 1 && leaves.contains(leaf);
  }
};

/// A FROM clause as a tree. Immutable; refers to the syntax tree it was made from.
class FromClause {
 public:
  /// `entries` come from a Binder that has bound the whole statement.
  FromClause(const TableRef& from, const std::map<const nlohmann::json*, lineage::Entry>& entries,
             const FunctionFacts& facts);

  [[nodiscard]] const std::vector<Leaf>& leaves() const { return leaves_; }
  [[nodiscard]] const std::vector<FromNode>& nodes() const { return nodes_; }
  /// False when an entry was never bound: then nothing is known.
  [[nodiscard]] bool known() const { return known_; }
  /// Some entry is known to have a column of that name.
  [[nodiscard]] bool has_column(std::string_view name) const;
  [[nodiscard]] Uses uses(const Expression& expression) const;
  [[nodiscard]] bool is_below(int node, int ancestor) const;
  /// The join at which the two entries meet.
  [[nodiscard]] int meeting(size_t one, size_t other) const;
  /// Every row of the entry is in the rows of `ancestor`, at least once and with its columns.
  [[nodiscard]] bool keeps_rows(int node, int ancestor) const;
  /// Filtering the entry's rows is the same as filtering the rows of `ancestor` by its columns.
  [[nodiscard]] bool takes_filter(int node, int ancestor) const;
  /// Rows of the entry may be repeated, as long as `ancestor` puts that right.
  [[nodiscard]] bool may_repeat(int node, int ancestor) const;

 private:
  int add(const TableRef& table, int parent,
          const std::map<const nlohmann::json*, lineage::Entry>& entries);
  void collect(const Node& node, Uses& out) const;
  void resolve(const std::vector<std::string>& names, Uses& out) const;

  const FunctionFacts& facts_;
  std::vector<FromNode> nodes_;
  std::vector<Leaf> leaves_;
  bool known_ = true;
};

}  // namespace rhumb::spatial
