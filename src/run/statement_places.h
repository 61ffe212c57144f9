#pragma once

#include <memory>
#include <string>

#include "component/stream.h"
#include "transform/syntax.h"

namespace rhumb {

/// What is needed to say where in the user's statement an error of the compiled one stands.
struct StatementPlaces {
  SyntaxTree user;
  SyntaxTree compiled;
  std::string made_from;  ///< the tree that `compiled` was printed from

  /// The error with its place in the user's statement; unknown when it came from nowhere there.
  [[nodiscard]] Error as_written(Error error) const;
};

/// The stream, with errors that stand in the user's statement.
[[nodiscard]] std::unique_ptr<BatchStream> place_errors(std::unique_ptr<BatchStream> stream,
                                                        StatementPlaces places);

}  // namespace rhumb
