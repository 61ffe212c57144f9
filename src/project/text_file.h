#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rhumb {

/// Where the lines of a text stand in the user's file: the same for a whole file, moved for front
/// matter, whose lines lose their comment marks before they are read.
struct Origin {
  struct Line {
    int line = 0;            ///< in the file, from 1
    int columns_before = 0;  ///< characters that stand before the text's own first column
  };
  std::string file;         ///< relative to the project's root
  std::vector<Line> lines;  ///< of the text's lines; empty: the text is the whole file

  /// Line and column count from 0, as the YAML library does.
  [[nodiscard]] Place place(size_t line, size_t column) const;
};

/// Largest file of a project that is read.
inline constexpr uintmax_t kMaxProjectFile = uintmax_t{16} << 20;

/// A file written by people: at most 16 MiB of UTF-8 without control characters. A byte order mark
/// is taken off. `shown` is the name for places, `code` the code of the error when the content is
/// refused.
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& path,
                                                 const std::string& shown, Code code);

/// Place of a byte offset in a text: lines and columns from 0, columns in characters.
[[nodiscard]] std::pair<size_t, size_t> position_of(std::string_view text, size_t offset);

/// The lines of a text, without their line ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace rhumb
