#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "project/project.h"

namespace rhumb {

/// One line of a table written as text, and where it stands.
struct TableLine {
  std::string_view text;
  Place place;
};

/// `a | b` lines: a header, then rows of as many cells. Cells are trimmed; an empty one is null,
/// `""` is empty text, and in double quotes `|` is a character and `""` a quote. Blank lines and
/// lines of dashes count as nothing. Adds to `errors` every line that is refused.
[[nodiscard]] std::optional<GivenTable> parse_pipe_table(const std::vector<TableLine>& lines,
                                                         const Place& place, Errors& errors);

}  // namespace rhumb
