#pragma once

#include <string>

#include "base/result.h"

namespace rhumb {

/// Turns a syntax tree back into SQL: only the engine can.
class TreeToSql {
 public:
  virtual ~TreeToSql() = default;
  /// `tree_json` is a whole document, as Engine::syntax_tree() gives it.
  virtual Result<std::string> to_sql(const std::string& tree_json) = 0;
};

}  // namespace rhumb
