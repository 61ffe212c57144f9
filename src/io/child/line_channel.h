#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/fs/file.h"

namespace rhumb {

/// A local socket on which one other process calls, and the lines that go both ways. Who may call
/// is decided by the rights of the folder it lies in. Not thread-safe.
class LineChannel {
 public:
  /// `path` must not exist and has at most 107 bytes. kIo otherwise.
  static Result<LineChannel> listen(const std::filesystem::path& path);

  /// Waits for the call; false when it has not come yet.
  Result<bool> accept(std::chrono::milliseconds wait);
  /// The next line without its end; nothing when none has come yet. kNotFound when the other side
  /// is gone.
  Result<std::optional<std::string>> read_line(std::chrono::milliseconds wait);
  /// `line` has no line end. kNotFound when the other side is gone.
  Status write_line(const std::string& line);

 private:
  explicit LineChannel(FileDescriptor listener) : listener_(std::move(listener)) {}

  FileDescriptor listener_;
  FileDescriptor peer_;
  std::string received_;  ///< not yet read
};

}  // namespace rhumb
