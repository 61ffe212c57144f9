#pragma once

#include <string>
#include <vector>

#include "engine/duckdb/session.h"

namespace rhumb {

/// Engine::merge: the rows of all files, in their order unless the request has one.
[[nodiscard]] Result<std::vector<DataFile>> merge_files(
    Session& session, const Dataset& rows, const std::vector<std::string>& without_inputs,
    const WriteRequest& request);

}  // namespace rhumb
