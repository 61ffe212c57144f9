#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/duckdb/handles.h"

namespace rhumb {

/// What the engine says about a file that COPY ... (RETURN_STATS) wrote.
struct CopiedFile {
  std::string path;
  uint64_t rows = 0;
  uint64_t bytes = 0;
  /// By column path as the engine quotes it (`"a"`, `"a_bbox"."xmin"`), then by statistic (`min`,
  /// `max`, `null_count`...). What is unknown is absent.
  std::map<std::string, std::map<std::string, std::string>> columns;
  std::map<std::string, std::string> partition;  ///< partition column -> value
};

[[nodiscard]] std::vector<CopiedFile> read_copied_files(ResultHandle& result);

}  // namespace rhumb
