#include "test_file.h"

#include <optional>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr std::string_view kRows = "----";

struct Word {
  std::string_view first;
  std::string_view rest;
};

Word cut(std::string_view line) {
  const size_t end = line.find(' ');
  if (end == std::string_view::npos) return {line, ""};
  return {line.substr(0, end), trim(line.substr(end))};
}

std::optional<BlockKind> kind_of(std::string_view word) {
  if (word == "view") return BlockKind::kView;
  if (word == "table") return BlockKind::kTable;
  if (word == "statement") return BlockKind::kStatement;
  if (word == "query") return BlockKind::kQuery;
  return std::nullopt;
}

}  // namespace

Result<TestFile> parse_test_file(const std::string& name, std::string_view text) {
  TestFile file;
  const std::vector<std::string_view> lines = split(text, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = trim(lines[i]);
    if (line.empty() || line.front() == '#') continue;
    const Word word = cut(line);
    if (word.first == "settings") {
      file.settings.emplace_back(word.rest);
      continue;
    }
    const auto kind = kind_of(word.first);
    const int number = static_cast<int>(i) + 1;
    if (!kind) {
      return Error{Code::kBadFile, "expected settings, view, table, statement or query", "",
                   Place{.file = name, .line = number}};
    }
    Block block{
        .kind = *kind, .line = number, .header = std::string(word.rest), .sql = "", .rows = {}};
    bool in_rows = false;
    for (++i; i < lines.size() && !trim(lines[i]).empty(); ++i) {
      if (!in_rows && trim(lines[i]) == kRows) {
        in_rows = true;
      } else if (in_rows) {
        block.rows.emplace_back(trim(lines[i]));
      } else {
        block.sql += (block.sql.empty() ? "" : "\n") + std::string(lines[i]);
      }
    }
    if (block.sql.empty() || in_rows != (*kind == BlockKind::kQuery)) {
      return Error{Code::kBadFile, "a block is a header, SQL and, for a query only, ---- and rows",
                   "", Place{.file = name, .line = number}};
    }
    file.blocks.push_back(std::move(block));
  }
  return file;
}

}  // namespace rhumb
