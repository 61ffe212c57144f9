#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sql_tokens.h"
#include "transform/syntax.h"

namespace rhumb {

/// A call of one of the functions that were looked for.
struct FunctionCall {
  std::string name;           ///< lower case
  size_t offset = 0;          ///< of the name
  Expression expression;      ///< does not exist for a call in FROM
  bool names_column = false;  ///< it is a whole item of a select list and has no alias
};

/// The calls of `names` (lower case) in a tree, by offset, each once.
[[nodiscard]] std::vector<FunctionCall> find_calls(const SyntaxTree& tree,
                                                   const std::set<std::string, std::less<>>& names);

/// Where the name `name` (lower case) stands as a column of its own, by offset, each once. Where a
/// lambda inside the statement calls its own parameter so, it is not listed.
[[nodiscard]] std::vector<size_t> find_columns(const SyntaxTree& tree, std::string_view name);

/// A call as it is written.
struct CallText {
  struct Argument {
    size_t begin = 0, end = 0;
    std::string name;  ///< of `name := value`, lower case; "" = by position
  };
  size_t end = 0;  ///< behind the closing parenthesis
  std::vector<Argument> arguments;
};

/// The call whose name is the token that begins at `offset`. Empty (end = 0) when no parenthesis
/// follows.
[[nodiscard]] CallText read_call(std::string_view sql, const std::vector<SqlToken>& tokens,
                                 size_t offset);

}  // namespace rhumb
