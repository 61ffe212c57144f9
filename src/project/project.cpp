#include "project/project.h"

#include <fmt/format.h>

#include "base/text.h"

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

Place place_in_pieces(std::string_view sql, const std::vector<SqlPiece>& pieces, const Place& begin,
                      int line, int column) {
  if (pieces.empty()) {
    // Only the first line may begin in the middle of a line of the file.
    return {begin.file, begin.line + line - 1, line == 1 ? begin.column + column - 1 : column};
  }
  const size_t offset = offset_at(sql, line, column);
  const SqlPiece* piece = &pieces.front();
  for (const SqlPiece& next : pieces) {
    if (next.begin <= offset) piece = &next;
  }
  return place_behind(piece->place, sql.substr(piece->begin, offset - piece->begin));
}

Place ModelDef::place_in_sql(int line, int column) const {
  return place_in_pieces(sql, pieces, sql_place, line, column);
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
