#include "io/fs/disk.h"

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"

namespace rhumb {
namespace {

struct KnownFileSystem {
  uint64_t magic;
  std::string_view name;
  bool network;
};

constexpr uint64_t kFuse = 0x65735546;

// Source: statfs(2) and linux/magic.h.
constexpr auto kKnown = std::to_array<KnownFileSystem>({
    {0x6969, "nfs", true},        {0x517B, "smb", true},
    {0xFF534D42, "cifs", true},   {0xFE534D42, "smb2", true},
    {0x5346414F, "afs", true},    {0x6B414653, "afs", true},
    {0x73757245, "coda", true},   {0x564C, "ncp", true},
    {0x00C36400, "ceph", true},   {0x0BD00BD0, "lustre", true},
    {0x47504653, "gpfs", true},   {0x01161970, "gfs2", true},
    {0x7461636F, "ocfs2", true},  {0x19830326, "beegfs", true},
    {0x01021997, "9p", true},     {0xEF53, "ext4", false},
    {0x58465342, "xfs", false},   {0x9123683E, "btrfs", false},
    {0x2FC12FC1, "zfs", false},   {0xF2F52010, "f2fs", false},
    {0x01021994, "tmpfs", false}, {0x794C7630, "overlayfs", false},
    {0x4D44, "vfat", false},      {0x2011BAB0, "exfat", false},
    {0x7366746E, "ntfs3", false}, {0xCA451A4E, "bcachefs", false},
});

// Served through FUSE, and still on a disk of this machine.
constexpr auto kLocalFuse = std::to_array<std::string_view>(
    {"fuseblk", "virtiofs", "fuse.fuse-overlayfs", "fuse.lxcfs", "fuse.bindfs"});

std::filesystem::path nearest_existing(std::filesystem::path path) {
  std::error_code ignored;
  path = std::filesystem::absolute(path, ignored);
  while (path.has_relative_path() && !std::filesystem::exists(path, ignored)) {
    path = path.parent_path();
  }
  return path;
}

/// The type of the mount whose device `path` lies on; "" when it cannot be told.
std::string mount_type(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return "";
  const std::string device = fmt::format("{}:{}", major(info.st_dev), minor(info.st_dev));
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const auto fields = split(line, ' ');
    if (fields.size() < 4 || fields[2] != device) continue;
    // A variable number of optional fields ends with a lone dash; the type follows.
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (dash != fields.end() && dash + 1 != fields.end()) return std::string(*(dash + 1));
  }
  return "";
}

}  // namespace

FileSystemKind classify_file_system(uint64_t magic, std::string_view mount_type) {
  magic &= 0xFFFFFFFF;  // sign-extended on some systems
  if (magic == kFuse) {
    const bool local =
        std::find(kLocalFuse.begin(), kLocalFuse.end(), mount_type) != kLocalFuse.end();
    return {mount_type.empty() ? "fuse" : std::string(mount_type), !local};
  }
  for (const KnownFileSystem& known : kKnown) {
    if (known.magic == magic) return {std::string(known.name), known.network};
  }
  return {mount_type.empty() ? fmt::format("0x{:X}", magic) : std::string(mount_type), false};
}

Result<FileSystemKind> file_system_kind(const std::filesystem::path& path) {
  const std::filesystem::path existing = nearest_existing(path);
  struct statfs info {};
  if (::statfs(existing.c_str(), &info) != 0) return file_error("look at", existing, errno);
  return classify_file_system(static_cast<uint64_t>(info.f_type), mount_type(existing));
}

Status require_local_disk(const std::filesystem::path& path) {
  RHUMB_ASSIGN(const FileSystemKind kind, file_system_kind(path));
  if (!kind.network) return {};
  return Error{
      Code::kState,
      fmt::format("the state cannot be kept on a network file system, because locks there do "
                  "not hold between machines: {} is on {}",
                  printable(path.native(), 1000), kind.name),
      "set `store:` to a folder on a local disk; data to read may stay where it is",
      {}};
}

Result<uint64_t> free_space(const std::filesystem::path& path) {
  const std::filesystem::path existing = nearest_existing(path);
  struct statvfs info {};
  if (::statvfs(existing.c_str(), &info) != 0) return file_error("look at", existing, errno);
  return uint64_t{info.f_bavail} * uint64_t{info.f_frsize};
}

}  // namespace rhumb
