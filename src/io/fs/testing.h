#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "io/fs/temporary_folder.h"

namespace rhumb {

/// A fresh folder for a test; goes with everything in it.
class TestFolder {
 public:
  TestFolder() : folder_(made()) {}

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path() / name;
  }
  /// Writes a file, with the folders above it.
  std::filesystem::path write(std::string_view name, std::string_view content) const {
    std::filesystem::path file = path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

 private:
  static TemporaryFolder made() {
    auto folder = TemporaryFolder::make();
    if (!folder.ok()) throw std::runtime_error(folder.error().text());
    return std::move(folder).value();
  }

  TemporaryFolder folder_;
};

}  // namespace rhumb
