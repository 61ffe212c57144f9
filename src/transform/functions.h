#pragma once

#include <set>
#include <string>
#include <string_view>

#include "transform/syntax.h"

namespace rhumb {

/// What is known about functions by name: the tree is unbound and does not say. Functions of the
/// project are none of these: they are put in where they are called (FunctionLibrary).
class FunctionFacts {
 public:
  FunctionFacts();

  /// A table function of the engine that neither reads files nor talks to the outside.
  void allow_table_function(std::string_view name);

  /// A call that combines several rows into one value, windows not included.
  [[nodiscard]] bool is_aggregate(const Expression& call) const;
  /// A call, or a word like `current_date`, whose value differs from run to run.
  [[nodiscard]] bool is_volatile(const Expression& expression) const;
  [[nodiscard]] bool may_read_from(std::string_view table_function) const;

  /// An aggregate at or below `expression`, not inside a subquery. `sum(x) OVER ()` is none, the
  /// inner call of `sum(count(*)) OVER ()` is.
  [[nodiscard]] bool aggregates(const Expression& expression) const;
  [[nodiscard]] static bool has_window(const Expression& expression);
  /// `unnest` at or below: one row becomes several.
  [[nodiscard]] static bool unnests(const Expression& expression);
  /// SELECT with GROUP BY, aggregates or DISTINCT: its rows are made of several rows.
  [[nodiscard]] bool is_grouped(const Query& select) const;

 private:
  std::set<std::string, std::less<>> aggregates_;
  std::set<std::string, std::less<>> volatile_;
  std::set<std::string, std::less<>> table_functions_;
};

/// Words that stand for a value without parentheses, such as `current_date`, when no column of that
/// name is in reach.
[[nodiscard]] bool is_value_word(std::string_view name);

}  // namespace rhumb
