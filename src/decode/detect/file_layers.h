#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rhumb {

/// The parts of a file that are read one at a time: layers of a GeoPackage, sheets of a workbook.
struct FileLayers {
  std::string field;               ///< of the format's block under `decode:`, names one; "" = none
  std::vector<std::string> names;  ///< in the file's order
};

/// `format` as detect_format names it. Nothing for formats without layers, and for a file that
/// cannot be looked into: reading it says why. Thread-safe.
[[nodiscard]] FileLayers find_layers(const std::filesystem::path& path, std::string_view format);

}  // namespace rhumb
