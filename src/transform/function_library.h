#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "project/project.h"
#include "transform/syntax.h"

namespace rhumb {

/// A statement in which every call of a function of the project was replaced by what it stands for.
struct InlinedSql {
  std::string text;
  std::vector<SqlPiece> pieces;  ///< where its parts stand in the user's files
};

/// The project's functions, ready to be put where they are called. What they read, whether they
/// aggregate, where they fail is then seen by everything that reads SQL, as if the user had written
/// the expression there. Immutable once built. Thread-safe.
class FunctionLibrary {
 public:
  /// The engine's parser: the syntax tree of a statement.
  using Parse = std::function<Result<SyntaxTree>(const std::string& sql)>;

  FunctionLibrary() = default;
  /// Functions may call each other. All errors at once: kBadSql for what is not one expression,
  /// kCycle for functions that lead back to themselves.
  static std::variant<FunctionLibrary, Errors> build(const std::vector<FunctionDef>& functions,
                                                     const Parse& parse);

  [[nodiscard]] bool empty() const { return functions_.empty(); }
  /// Whether a word of `sql` names a function, so that it is worth parsing. Linear.
  [[nodiscard]] bool mentions(std::string_view sql) const;
  /// `begin` is where the tree's statement stands in the user's file. kBadSql, placed, for calls
  /// with the wrong arguments or in a place where no value can stand, and when the text grows
  /// beyond kMaxText. O(bytes of the result).
  [[nodiscard]] Result<InlinedSql> inlined(const SyntaxTree& tree, const Place& begin) const;

  static constexpr size_t kMaxText = size_t{4} << 20U;

 private:
  friend class FunctionInliner;
  /// Verbatim text, or the place of a parameter.
  struct Run {
    std::string text;
    Place place;
    std::string function;
    int parameter = -1;
  };
  struct Function {
    std::string name;
    std::vector<std::string> parameters;
    std::vector<Run> body;  ///< with the calls in it replaced
  };

  [[nodiscard]] const Function* find(std::string_view name) const;

  std::map<std::string, Function, std::less<>> functions_;  ///< by name in lower case
};

}  // namespace rhumb
