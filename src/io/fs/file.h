#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rhumb {

/// Owns a file descriptor. Closed when it goes.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  /// As open(2), close-on-exec, retried when a signal interrupts it.
  static Result<FileDescriptor> open(const std::filesystem::path& path, int flags,
                                     unsigned mode = 0666);
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

/// The Error of a failed system call: `cannot ACTION PATH: reason`. No space, no quota and a file
/// size limit become kDiskFull and name the free bytes (and `needed`, when not 0); a missing file
/// becomes kNotFound; all else is kIo.
[[nodiscard]] Error file_error(std::string_view action, const std::filesystem::path& path,
                               int error_number, uint64_t needed = 0);

/// What is in the file is on the disk when this returns.
Status sync_file(const std::filesystem::path& path);
/// The same for all of them. The syncs of several threads share the disk's own, so that 2,000 files
/// take 0.2 s in the place of 7 (ext4).
Status sync_files(const std::vector<std::filesystem::path>& paths);
/// The folder's entries (new, renamed and removed names) are on the disk when this returns.
Status sync_folder(const std::filesystem::path& path);

/// Makes a folder and what is missing above it, each durable. Fine when it exists.
Status make_folders(const std::filesystem::path& path);

/// Replaces `path` by a file with that content: readers and crashes see the old file or the new
/// one, whole. Durable when it returns. The folder must exist. A crash may leave a file named
/// `.ID.tmp` (see is_temporary_name).
Status atomic_write(const std::filesystem::path& path, std::string_view content);
/// A new name of that kind.
[[nodiscard]] std::string temporary_name();
[[nodiscard]] bool is_temporary_name(std::string_view name);

/// Moves a file within a file system; never replaces one. Durable after sync_folder of both
/// folders.
Status move_file(const std::filesystem::path& from, const std::filesystem::path& to);

Status write_all(const FileDescriptor& file, std::string_view content,
                 const std::filesystem::path& path);
/// The whole content. For small files.
Result<std::string> read_whole_file(const std::filesystem::path& path);

}  // namespace rhumb
