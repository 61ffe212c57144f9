#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "component/config.h"
#include "component/declaration.h"
#include "component/source.h"

namespace rhumb {

/// `read: { directory: { ... } }`
[[nodiscard]] const Declaration& directory_declaration();

/// Reads files from a folder of this machine. `read` holds the fields of directory_declaration().
/// kBadValue, with its place, for patterns that leave the folder. A missing folder is told by
/// list().
///
/// An input's version is its modification and its status-change time in ns: no writer can change a
/// file and keep both, whatever it does to the modification time. `fetch` gives the file itself,
/// not a copy, and kConflict when it is no longer what was announced; fetched again after reading,
/// it tells whether the file changed meanwhile.
[[nodiscard]] Result<std::unique_ptr<FileSource>> make_directory_source(
    const Config& read, const std::filesystem::path& project_root);

}  // namespace rhumb
