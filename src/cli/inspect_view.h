#pragma once

#include <string>
#include <vector>

#include "profile/file_inspection.h"

namespace rhumb {

/// What `rhumb inspect` shows of a file or a table.
struct InspectedFile {
  std::string name, format, detail;  ///< detail: what the bytes say it is, for people
  std::string layer;                 ///< of several in the file, "" = the file is one
  uint64_t bytes = 0;                ///< 0 = a table
  std::vector<std::string> others;   ///< files beside it in the same folder, not looked at
  FileInspection found;
  std::string source;  ///< the text of a source file
};

/// Lines for a terminal of that width; `unicode`: it can show more than ASCII.
[[nodiscard]] std::vector<std::string> inspection_lines(const InspectedFile& file, size_t width,
                                                        bool unicode);
/// The same as one JSON object; of several layers the file's name and a list of such objects, and
/// what could not be read.
[[nodiscard]] std::string inspection_json(const std::vector<InspectedFile>& files,
                                          const std::vector<std::string>& unread);

// What every view shows.

/// Name, type, nulls, distinct values, and the range, box or some of the values.
[[nodiscard]] std::vector<std::string> column_cells(const ColumnProfile& column);
[[nodiscard]] bool has_places(const ColumnProfile& column);
[[nodiscard]] std::string box_text(const GeoBox& box);
[[nodiscard]] std::string headline(const InspectedFile& file);
/// How many records go to the quarantine for which reason, and the first of them.
[[nodiscard]] std::vector<std::string> reject_lines(const FileInspection& found);

}  // namespace rhumb
