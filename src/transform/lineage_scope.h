#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "transform/lineage.h"

namespace rhumb::lineage {

/// A column of a dataset, or the period of time it falls into: `date_trunc(unit, column)`.
struct Period {
  std::string dataset;
  std::string column;
  std::string unit;  ///< lower case; "" = the column itself
  bool operator==(const Period&) const = default;
};

/// What one value is made from.
struct Value {
  std::map<std::pair<std::string, std::string>, LineageKind> from;  ///< by dataset and column
  LineageKind kind = LineageKind::kCopied;
  std::string unknown;
  std::optional<Period> period;        ///< when the value is just that
  std::set<std::string> over_rows_of;  ///< datasets whose rows an aggregate or window combined

  static Value column(std::string dataset, std::string name);
  static Value constant();
  static Value not_known(std::string reason);

  /// Takes in a part of this value that went through something of at least that kind.
  void add(const Value& part, LineageKind at_least);
  [[nodiscard]] Value raised_to(LineageKind at_least) const;
  bool operator==(const Value&) const = default;
};

struct NamedValue {
  std::string name;
  Value value;
};

/// The columns that decide which rows there are.
struct Rows {
  std::set<DecidingColumn> sources;
  std::string unknown;

  void add(const Value& value, RowRole role);
  void add(const Rows& other);
};

/// One entry of FROM as column names see it.
struct Relation {
  std::string alias;
  std::vector<NamedValue> columns;
  std::string open;                 ///< why there may be more columns; "" = these are all
  std::string dataset;              ///< when open: the dataset any further column is a column of
  std::optional<Value> any_column;  ///< when open: what any further column is made from

  [[nodiscard]] std::optional<Value> find(std::string_view column) const;
};

/// What an unqualified name may mean: columns joined by USING are one.
struct VisibleColumn {
  std::string name;
  std::string relation;
  Value value;
};

/// A whole FROM clause.
struct From {
  std::vector<Relation> relations;
  std::vector<VisibleColumn> visible;  ///< what `*` stands for
  Rows rows;
  std::set<std::string> datasets;  ///< whose rows these are, at any depth

  [[nodiscard]] std::string open() const;
  [[nodiscard]] const Relation* relation(std::string_view alias) const;
  void add(Relation relation);
};

using Aliases = std::map<std::string, Value>;  ///< select items by alias in lower case

/// The names an expression can use; the innermost scope is asked first.
struct Scope {
  const From* from = nullptr;
  const Aliases* aliases = nullptr;
  const Aliases* parameters = nullptr;  ///< of a lambda
  const Scope* outer = nullptr;
  bool* looks_out = nullptr;  ///< set when a name is, or may be, looked for further out than this
};

/// The value a name stands for. One that cannot be found, or is found more than once, is unknown.
[[nodiscard]] Value resolve(const std::vector<std::string>& names, const Scope& scope);

}  // namespace rhumb::lineage
