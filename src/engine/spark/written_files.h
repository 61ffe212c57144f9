#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "component/engine.h"

namespace rhumb {

/// The Parquet files of a folder that hold rows, by name, with what their footers say: rows, bytes,
/// box and ranges. `engine` must be able to read the folder; `covering` is the column of boxes, ""
/// = none. Reads no rows. O(row groups * columns).
[[nodiscard]] Result<std::vector<DataFile>> written_files(Engine& engine,
                                                          const std::filesystem::path& folder,
                                                          const Schema& schema,
                                                          const std::string& covering);

}  // namespace rhumb
