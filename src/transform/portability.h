#pragma once

#include "base/result.h"
#include "transform/syntax.h"

namespace rhumb {

/// What of a statement does not mean the same on Spark, or is not known to: functions, by the table
/// in engine/functions/spark.h, and forms of the grammar. Each with what to write instead and its
/// place within the statement (`place.file` empty), in the order of the text. What depends on types
/// (a value that becomes an integer) is found by the driver. O(nodes).
[[nodiscard]] Errors portability_errors(const SyntaxTree& tree);

}  // namespace rhumb
