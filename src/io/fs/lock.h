#pragma once

#include <filesystem>

#include "base/result.h"
#include "io/fs/file.h"

namespace rhumb {

/// Holds an advisory lock on a file as long as it lives; the kernel lets go of it when the process
/// dies, however it dies. Works between processes and between objects of one process.
class FileLock {
 public:
  /// Makes the file when missing. Waits up to `seconds`, then kBusy naming who holds it.
  static Result<FileLock> acquire(const std::filesystem::path& path, double seconds);

 private:
  explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
};

}  // namespace rhumb
