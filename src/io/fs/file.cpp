#include "io/fs/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/disk.h"
#include "io/fs/process.h"

namespace rhumb {
namespace {

constexpr std::string_view kTemporary = ".tmp";

template <typename Call>
auto retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Error disk_full(std::string_view action, const std::filesystem::path& path, int error_number,
                uint64_t needed) {
  const std::string shown = printable(path.native(), 1000);
  if (error_number == EFBIG) {
    return {
        Code::kDiskFull,
        fmt::format("cannot {} {}: the file size limit of this process is reached", action, shown),
        "raise the limit (`ulimit -f unlimited`)",
        {}};
  }
  std::string space;
  if (const auto free = free_space(path); free.ok()) space = human_bytes(*free) + " free";
  if (needed > 0) space += (space.empty() ? "" : ", ") + human_bytes(needed) + " needed";
  const std::string_view what =
      error_number == EDQUOT ? "the quota is used up" : "the disk is full";
  return {Code::kDiskFull,
          fmt::format("cannot {} {}: {}{}", action, shown, what,
                      space.empty() ? "" : " (" + space + ")"),
          "free some space, or put `store:` on a larger disk; nothing has been changed",
          {}};
}

Status sync(const std::filesystem::path& path, int flags) {
  RHUMB_ASSIGN(const FileDescriptor file, FileDescriptor::open(path, flags));
  if (retry([&] { return ::fsync(file.get()); }) != 0) return file_error("sync", path, errno);
  return {};
}

/// Removes a file in the making unless told that it is finished.
class Unfinished {
 public:
  explicit Unfinished(std::filesystem::path path) : path_(std::move(path)) {}
  ~Unfinished() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  void finished() { path_.clear(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FileDescriptor> FileDescriptor::open(const std::filesystem::path& path, int flags,
                                            unsigned mode) {
  const int descriptor = retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (descriptor < 0) return file_error("open", path, errno);
  return FileDescriptor(descriptor);
}

Error file_error(std::string_view action, const std::filesystem::path& path, int error_number,
                 uint64_t needed) {
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG) {
    return disk_full(action, path, error_number, needed);
  }
  Error error{error_number == ENOENT ? Code::kNotFound : Code::kIo,
              fmt::format("cannot {} {}: {}", action, printable(path.native(), 1000),
                          std::generic_category().message(error_number)),
              "",
              {}};
  if (error_number == EACCES || error_number == EPERM) {
    error.hint = fmt::format("give user id {} the right to do so (`ls -ld` shows the rights now)",
                             ::geteuid());
  }
  return error;
}

Status sync_file(const std::filesystem::path& path) {
  return sync(path, O_RDONLY);
}

Status sync_files(const std::vector<std::filesystem::path>& paths) {
  constexpr size_t kThreads = 16;
  std::vector<Status> results(paths.size());
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t i = next++; i < paths.size(); i = next++) results[i] = sync_file(paths[i]);
  };
  {
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < std::min(kThreads, paths.size()); ++i) threads.emplace_back(work);
    work();
  }
  for (Status& result : results) RHUMB_TRY(std::move(result));
  return {};
}

Status sync_folder(const std::filesystem::path& path) {
  return sync(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
}

Status make_folders(const std::filesystem::path& path) {
  std::error_code ignored;
  if (path.empty() || std::filesystem::is_directory(path, ignored)) return {};
  if (!path.has_filename()) return make_folders(path.parent_path());
  RHUMB_TRY(make_folders(path.parent_path()));
  if (::mkdir(path.c_str(), 0777) != 0) {
    const int error_number = errno;
    // Somebody else may have been faster.
    if (error_number == EEXIST && std::filesystem::is_directory(path, ignored)) return {};
    return file_error("make the folder", path, error_number);
  }
  return sync_folder(path.parent_path());
}

Status write_all(const FileDescriptor& file, std::string_view content,
                 const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t n = retry([&] { return ::write(file.get(), content.data(), content.size()); });
    if (n < 0) return file_error("write", path, errno, content.size());
    content.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Status atomic_write(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path folder = path.parent_path();
  // Not derived from the name, which may already be as long as the file system allows.
  const std::filesystem::path temporary = folder / temporary_name();
  RHUMB_ASSIGN(FileDescriptor file, FileDescriptor::open(temporary, O_WRONLY | O_CREAT | O_EXCL));
  Unfinished unfinished(temporary);
  RHUMB_TRY(write_all(file, content, path));
  if (retry([&] { return ::fsync(file.get()); }) != 0) {
    return file_error("sync", path, errno, content.size());
  }
  // Some file systems report a failed write only here.
  if (::close(file.release()) != 0) return file_error("close", path, errno, content.size());
  if (::rename(temporary.c_str(), path.c_str()) != 0) return file_error("replace", path, errno);
  unfinished.finished();
  return sync_folder(folder);
}

std::string temporary_name() {
  return fmt::format(".{}{}", unique_name(), kTemporary);
}

bool is_temporary_name(std::string_view name) {
  return name.size() > kTemporary.size() && name.front() == '.' && name.ends_with(kTemporary);
}

Status move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  const int error_number = errno;
  if (error_number != EINVAL && error_number != ENOSYS)
    return file_error("move", from, error_number);
  // The file system does not know the flag: a hard link never replaces either.
  if (::link(from.c_str(), to.c_str()) != 0) return file_error("move", from, errno);
  if (::unlink(from.c_str()) != 0) return file_error("move", from, errno);
  return {};
}

Result<std::string> read_whole_file(const std::filesystem::path& path) {
  RHUMB_ASSIGN(const FileDescriptor file, FileDescriptor::open(path, O_RDONLY));
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return file_error("read", path, errno);
  std::string content;
  content.reserve(static_cast<size_t>(info.st_size));
  std::array<char, 64 * 1024> buffer;
  while (true) {
    const ssize_t n = retry([&] { return ::read(file.get(), buffer.data(), buffer.size()); });
    if (n < 0) return file_error("read", path, errno);
    if (n == 0) return content;
    content.append(buffer.data(), static_cast<size_t>(n));
  }
}

}  // namespace rhumb
