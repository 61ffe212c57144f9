#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rhumb {

/// A pattern for paths below a folder: `*.csv`, `2024-??/*.csv`, `**/*.csv`. The parts between `/`
/// are matched one by one with matches_glob(); `**` stands for any number of folders, also none.
/// Matching takes O(parts of the pattern * parts of the path) whatever the pattern. Immutable.
class PathGlob {
 public:
  explicit PathGlob(std::string_view pattern);

  /// REQUIRES: the parts of a path, none empty
  [[nodiscard]] bool matches(const std::vector<std::string>& path) const;
  /// Whether anything below that folder can match; no folders = the top.
  [[nodiscard]] bool reaches_below(const std::vector<std::string>& folder) const;

 private:
  /// Which parts of the pattern may come next, one flag for each and one for the end.
  using Positions = std::vector<bool>;
  [[nodiscard]] Positions after(const std::vector<std::string>& parts) const;
  void add(Positions& positions, size_t at) const;

  std::vector<std::string> parts_;
};

}  // namespace rhumb
