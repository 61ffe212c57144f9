// The system calls that change files, in the place of libc's: each can fail, and a power cut loses
// what they have done and nobody has synced. Everything the program links to comes through here,
// the engine and SQLite included.
//
// The power cut is the strictest that POSIX allows for appended files: what was written since the
// last sync of a file is gone, names that were made or moved since the last sync of their folder
// are as before. Overwritten bytes and removed names stay, which is allowed as well.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "faults.h"

namespace {

using rhumb::faults::Action;
using rhumb::faults::disk_is_full;
using rhumb::faults::pass;

struct Dirty {
  std::string path;
  off_t synced = 0;  ///< bytes that a power cut leaves
};

struct NewName {
  std::string path;
  std::string from;  ///< "" = it was made, not moved
};

using Inode = std::pair<dev_t, ino_t>;

/// What is not durable yet. All but `cutting` guarded by the mutex.
struct Pending {
  std::mutex mutex;
  std::map<Inode, Dirty> files;
  std::vector<NewName> names;
  std::atomic<bool> cutting{false};
};

Pending& pending() {
  static Pending* const one = new Pending;  // used by destructors of others until the very end
  return *one;
}

thread_local bool t_cutter = false;

/// True when the call goes straight to the kernel. Threads that come here while the power is being
/// cut come no further.
bool plain() {
  if (!pending().cutting) return false;
  while (!t_cutter) ::pause();
  return true;
}

std::string path_of(int descriptor) {
  std::array<char, 4096> target{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t n = ::readlink(link.c_str(), target.data(), target.size());
  return n > 0 ? std::string(target.data(), static_cast<size_t>(n)) : std::string();
}

std::string absolute(const char* path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

bool is_there(const char* path) {
  struct stat info {};
  return ::lstat(path, &info) == 0;
}

int fails_with(int error_number) {
  errno = error_number;
  return -1;
}

/// 0, or the errno that the call shall fail with. kSkip is left to the caller.
int trouble(std::string_view point, bool needs_space, bool* skip = nullptr) {
  const auto action = pass(point);
  if (action == Action::kError) return EIO;
  if (skip != nullptr) *skip = action == Action::kSkip;
  return needs_space && disk_is_full() ? ENOSPC : 0;
}

/// Before a change of a file's content.
int about_to_write(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) return 0;
  const std::string path = path_of(descriptor);
  // Shared memory, not a file: its content never outlives the process.
  if (path.ends_with("-shm")) return 0;
  const int error_number = trouble("disk.write", true);
  if (error_number != 0) return error_number;
  const std::scoped_lock lock(pending().mutex);
  pending().files.try_emplace({info.st_dev, info.st_ino}, Dirty{path, info.st_size});
  return 0;
}

void made(const std::string& path) {
  const std::scoped_lock lock(pending().mutex);
  pending().names.push_back({path, ""});
}

void moved(const std::string& from, const std::string& to, bool replaced) {
  const std::scoped_lock lock(pending().mutex);
  for (auto& [inode, file] : pending().files) {
    if (file.path == from) file.path = to;
  }
  std::erase_if(pending().names, [&](const NewName& name) { return name.path == from; });
  if (!replaced) pending().names.push_back({to, from});
}

void removed(const std::string& path) {
  const std::scoped_lock lock(pending().mutex);
  std::erase_if(pending().files, [&](const auto& file) { return file.second.path == path; });
  std::erase_if(pending().names, [&](const NewName& name) { return name.path == path; });
}

void synced(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return;
  const std::scoped_lock lock(pending().mutex);
  pending().files.erase({info.st_dev, info.st_ino});
  if (!S_ISDIR(info.st_mode)) return;
  const std::string folder = path_of(descriptor);
  std::erase_if(pending().names,
                [&](const NewName& name) { return folder_of(name.path) == folder; });
}

int do_open(int folder, const char* path, int flags, mode_t mode) {
  const bool makes = (flags & O_CREAT) != 0 && !plain() && !is_there(path);
  const auto descriptor = static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
  if (makes && descriptor >= 0) made(path_of(descriptor));
  return descriptor;
}

std::string_view sync_point(int descriptor) {
  struct stat info {};
  if (::fstat(descriptor, &info) == 0 && S_ISDIR(info.st_mode)) return "disk.sync-folder";
  return path_of(descriptor).ends_with(".parquet") ? "disk.sync-data" : "disk.sync";
}

int do_sync(int descriptor, long call) {
  if (!plain()) {
    bool skip = false;
    if (const int error = trouble(sync_point(descriptor), false, &skip); error != 0)
      return fails_with(error);
    if (skip) return 0;
  }
  const auto done = static_cast<int>(::syscall(call, descriptor));
  if (done == 0 && !plain()) synced(descriptor);
  return done;
}

int do_rename(const char* from, const char* to, unsigned flags) {
  const bool replaced = is_there(to);
  if (!plain()) {
    if (const int error = trouble("disk.rename", false); error != 0) return fails_with(error);
  }
  const auto done = static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags));
  if (done == 0 && !plain()) moved(absolute(from), absolute(to), replaced);
  return done;
}

template <typename Call>
auto do_write(int descriptor, Call call) -> decltype(call()) {
  if (!plain()) {
    if (const int error = about_to_write(descriptor); error != 0) return fails_with(error);
  }
  return call();
}

/// Its third argument exists only when a file may be made.
#define MODE_OF(flags)                             \
  mode_t mode = 0;                                 \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {    \
    va_list more;                                  \
    va_start(more, flags);                         \
    mode = static_cast<mode_t>(va_arg(more, int)); \
    va_end(more);                                  \
  }

}  // namespace

namespace rhumb::faults {

void cut_power() {
  t_cutter = true;
  pending().cutting = true;
  const std::scoped_lock lock(pending().mutex);
  for (const auto& [inode, file] : pending().files) {
    ::syscall(SYS_truncate, file.path.c_str(), file.synced);
  }
  std::error_code ignored;
  for (auto name = pending().names.rbegin(); name != pending().names.rend(); ++name) {
    if (name->from.empty()) {
      std::filesystem::remove_all(name->path, ignored);
    } else {
      ::syscall(SYS_renameat2, AT_FDCWD, name->path.c_str(), AT_FDCWD, name->from.c_str(),
                RENAME_NOREPLACE);
    }
  }
  ::kill(::getpid(), SIGKILL);
  while (true) ::pause();
}

}  // namespace rhumb::faults

extern "C" {

int open(const char* path, int flags, ...) {
  MODE_OF(flags)
  return do_open(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE_OF(flags)
  return do_open(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

ssize_t write(int descriptor, const void* data, size_t size) {
  return do_write(descriptor,
                  [=]() -> ssize_t { return ::syscall(SYS_write, descriptor, data, size); });
}
ssize_t pwrite(int descriptor, const void* data, size_t size, off_t at) {
  return do_write(descriptor,
                  [=]() -> ssize_t { return ::syscall(SYS_pwrite64, descriptor, data, size, at); });
}
ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t at) {
  return ::pwrite(descriptor, data, size, at);
}
ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  return do_write(descriptor,
                  [=]() -> ssize_t { return ::syscall(SYS_writev, descriptor, parts, count); });
}
int ftruncate(int descriptor, off_t size) noexcept {
  return do_write(descriptor,
                  [=] { return static_cast<int>(::syscall(SYS_ftruncate, descriptor, size)); });
}
int ftruncate64(int descriptor, off64_t size) noexcept {
  return ::ftruncate(descriptor, size);
}
int fallocate(int descriptor, int mode, off_t at, off_t size) {
  return do_write(descriptor, [=] {
    return static_cast<int>(::syscall(SYS_fallocate, descriptor, mode, at, size));
  });
}
int fallocate64(int descriptor, int mode, off64_t at, off64_t size) {
  return ::fallocate(descriptor, mode, at, size);
}

int fsync(int descriptor) {
  return do_sync(descriptor, SYS_fsync);
}
int fdatasync(int descriptor) {
  return do_sync(descriptor, SYS_fdatasync);
}

int rename(const char* from, const char* to) noexcept {
  return do_rename(from, to, 0);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  if (from_folder == AT_FDCWD && to_folder == AT_FDCWD) return do_rename(from, to, flags);
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int mkdir(const char* path, mode_t mode) noexcept {
  if (!plain()) {
    if (const int error = trouble("disk.make", true); error != 0) return fails_with(error);
  }
  const auto done = static_cast<int>(::syscall(SYS_mkdir, path, mode));
  if (done == 0 && !plain()) made(absolute(path));
  return done;
}

int link(const char* from, const char* to) noexcept {
  if (!plain()) {
    if (const int error = trouble("disk.make", true); error != 0) return fails_with(error);
  }
  const auto done = static_cast<int>(::syscall(SYS_link, from, to));
  if (done == 0 && !plain()) made(absolute(to));
  return done;
}

int unlink(const char* path) noexcept {
  if (!plain()) {
    if (const int error = trouble("disk.remove", false); error != 0) return fails_with(error);
  }
  const auto done = static_cast<int>(::syscall(SYS_unlink, path));
  if (done == 0 && !plain()) removed(absolute(path));
  return done;
}

}  // extern "C"
