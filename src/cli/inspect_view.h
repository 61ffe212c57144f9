#pragma once

#include <string>
#include <vector>

#include "profile/file_inspection.h"

namespace rhumb {

/// What `rhumb inspect` shows.
struct InspectedFile {
  std::string name, format, detail;  ///< detail: what the bytes say it is, for people
  uint64_t bytes = 0;
  std::vector<std::string> others;  ///< files beside it in the same folder, not looked at
  FileInspection found;
  std::string source;  ///< the text of a source file
};

/// Lines for a terminal of that width; `unicode`: it can show more than ASCII.
[[nodiscard]] std::vector<std::string> inspection_lines(const InspectedFile& file, size_t width,
                                                        bool unicode);
/// The same as one JSON object.
[[nodiscard]] std::string inspection_json(const InspectedFile& file);

}  // namespace rhumb
