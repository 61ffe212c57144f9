#pragma once

#include <string>

#include "transform/syntax.h"
#include "transform/tree_to_sql.h"

namespace rhumb {

/// The engine's tree of a statement that stands in a test as R"sql(...)sql"; testdata/make.py
/// writes them down. Fails the test when it is not there.
[[nodiscard]] SyntaxTree parsed(const std::string& sql);
[[nodiscard]] Result<SyntaxTree> try_parsed(const std::string& sql);

/// Turns a tree into SQL by looking for the statement that has the same one: what a test expects
/// must stand in it as R"sql(...)sql".
class KnownSql : public TreeToSql {
 public:
  Result<std::string> to_sql(const std::string& tree_json) override;
};

/// For statements that are made rather than written: `depth` calls of f within each other.
[[nodiscard]] std::string nested_tree(int depth);

}  // namespace rhumb
