#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/fs/file.h"

namespace rhumb {

/// A file read at any place through a window that is kept in memory. A file that shrinks meanwhile
/// is an Error, not a crash. Not thread-safe.
class WindowInput {
 public:
  static Result<WindowInput> open(const std::filesystem::path& path);

  [[nodiscard]] uint64_t size() const { return size_; }
  /// Those bytes; valid until the next call. kBadFile when they lie beyond the file's end.
  Result<std::string_view> at(uint64_t offset, size_t length);

 private:
  WindowInput(FileDescriptor file, std::filesystem::path path, uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  Status fill(uint64_t offset, size_t length);

  FileDescriptor file_;
  std::filesystem::path path_;
  uint64_t size_;
  uint64_t start_ = 0;
  std::string window_;
};

}  // namespace rhumb
