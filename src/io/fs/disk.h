#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rhumb {

/// What a folder lies on, as far as locks and shared memory are concerned.
struct FileSystemKind {
  std::string name;      ///< `ext4`, `nfs`, `fuse.sshfs`, or `0x1234` when nobody knows it
  bool network = false;  ///< other machines can write to it, so that locks cannot be trusted
};

/// `path` or, while that does not exist, the nearest folder above it.
Result<FileSystemKind> file_system_kind(const std::filesystem::path& path);

/// The decision alone: `magic` as statfs(2) gives it, `mount_type` as /proc/self/mountinfo names
/// it.
[[nodiscard]] FileSystemKind classify_file_system(uint64_t magic, std::string_view mount_type);

/// An Error with the reason when the state must not lie there: SQLite's log needs locks and shared
/// memory that network file systems only pretend to have.
Status require_local_disk(const std::filesystem::path& path);

/// Bytes that this user may still write below `path` (or the nearest folder above it that exists).
Result<uint64_t> free_space(const std::filesystem::path& path);

}  // namespace rhumb
