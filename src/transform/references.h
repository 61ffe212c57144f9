#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "transform/functions.h"
#include "transform/syntax.h"

namespace rhumb {

/// A dataset's name in a model's FROM. CTEs in scope are not references.
struct Reference {
  std::string name;                ///< as written, without quotes
  std::string schema;              ///< "" = none written; `main` is as none
  std::optional<uint64_t> offset;  ///< bytes into the statement
  Place place;                     ///< line and column within the statement
};

/// A function whose value differs from run to run: worth a warning, since a rebuild changes rows
/// that no input changed.
struct VolatileCall {
  std::string name;
  Place place;
};

struct References {
  std::vector<Reference> tables;             ///< by offset; the same name may come several times
  std::vector<VolatileCall> volatile_calls;  ///< by place
  /// Names in lower case, each once, sorted.
  [[nodiscard]] std::vector<std::string> names() const;
};

/// What a model reads. kBadSql with its place when it reads files, other databases or the engine's
/// own tables, because Rhumb could neither see them change nor rebuild from them. O(nodes).
[[nodiscard]] Result<References> find_references(const SyntaxTree& tree,
                                                 const FunctionFacts& facts);

}  // namespace rhumb
