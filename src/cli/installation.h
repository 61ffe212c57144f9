#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/finding.h"

namespace rhumb {

/// Where the engine's extension lies: `../lib/rhumb` of an installed program, `lib/rhumb` of a
/// built one (cmake/Package.cmake). The file need not be there.
[[nodiscard]] std::string spatial_extension();

/// The folder that holds the Python package rhumb_spark, beside the extension.
[[nodiscard]] std::filesystem::path spark_driver_folder();

/// What the program needs of its own installation and of the machine, whatever the project: the
/// engine in its version, its extension, time zones, coordinate systems. Each look is independent,
/// so that all findings come at once; takes a third of a second. `scratch` is where the engine may
/// spill and need not exist.
[[nodiscard]] std::vector<Finding> examine_installation(const std::filesystem::path& scratch);

/// That a store can be made or written at `folder`: of a disk of this machine, with room, and by
/// this user. Writes a small file there, or in the nearest folder above it that exists, and removes
/// it.
[[nodiscard]] Finding examine_store(const std::filesystem::path& folder);

}  // namespace rhumb
