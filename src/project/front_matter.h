#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "project/text_file.h"

namespace rhumb {

/// An .sql file taken apart.
struct SqlFile {
  std::optional<std::string> yaml;  ///< front matter without its comment marks
  Origin yaml_origin;               ///< where its lines stand
  Place yaml_place;                 ///< of the opening line
  std::string sql;  ///< the statement: no comments around it, no semicolon at the end
  Place sql_place;  ///< of its first character; of the end of the file when there is none
};

/// Front matter stands at the top between two lines `-- ---`; each line between begins with `--`
/// and one optional space (blank lines may stand bare).
[[nodiscard]] Result<SqlFile> split_sql_file(std::string_view text, const std::string& file);

/// First and one-past-last byte of the statement in `text`, without the comments and white space
/// around it and without semicolons at its end; an empty range when there is none.
[[nodiscard]] std::pair<size_t, size_t> statement_range(std::string_view text);

}  // namespace rhumb
