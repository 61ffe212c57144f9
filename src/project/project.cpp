#include "project/project.h"

#include <fmt/format.h>

namespace rhumb {

const char* kind_name(ModelKind kind) {
  switch (kind) {
    case ModelKind::kFull:
      return "full";
    case ModelKind::kAppend:
      return "append";
    case ModelKind::kPartitioned:
      return "partitioned";
    case ModelKind::kView:
      return "view";
  }
  return "full";
}

Place ModelDef::place_in_sql(int line, int column) const {
  Place at = sql_place;
  at.line += line - 1;
  // Only the first line may begin in the middle of a line of the file.
  at.column = line == 1 ? at.column + column - 1 : column;
  return at;
}

bool GivenTable::is_null(size_t row, size_t column) const {
  return rows[row][column].empty() && !empty_texts.contains({row, column});
}

Result<std::filesystem::path> find_project(const std::filesystem::path& from) {
  std::error_code failed;
  std::filesystem::path folder = std::filesystem::absolute(from, failed).lexically_normal();
  while (!failed) {
    if (std::filesystem::is_regular_file(folder / "rhumb.yaml", failed)) return folder;
    failed.clear();  // a folder that cannot be looked into is not the end of the way up
    const std::filesystem::path parent = folder.parent_path();
    if (parent == folder) break;
    folder = parent;
  }
  return Error{Code::kNoProject,
               fmt::format("there is no rhumb.yaml in this folder or above it: {}", from.string()),
               "change to the project's folder, or make a project: rhumb init",
               {}};
}

}  // namespace rhumb
