#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "component/decoder.h"

namespace rhumb {

/// A column as the file has it.
struct FileColumn {
  std::string name;
  std::string type;  ///< the engine's, in SQL
};

/// How a column is made from the file, and when its value is refused.
struct ColumnPlan {
  Column column;
  std::string value;  ///< SQL over the file's columns
  /// SQL conditions under which the row is refused, in the order they are asked.
  struct Check {
    std::string condition;
    RejectReason reason;
    std::string message;
  };
  std::vector<Check> checks;
};

/// All columns as they are; nested ones as JSON.
[[nodiscard]] std::vector<ColumnPlan> plan_found_columns(const std::vector<FileColumn>& found);

/// The declared columns. kBadFile when one of them is not in the file.
[[nodiscard]] Result<std::vector<ColumnPlan>> plan_declared_columns(
    const std::vector<DeclaredColumn>& declared, const std::vector<FileColumn>& found,
    const std::string& input);

}  // namespace rhumb
