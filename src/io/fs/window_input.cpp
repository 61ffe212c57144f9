#include "io/fs/window_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace rhumb {
namespace {

constexpr size_t kWindow = size_t{256} << 10;

Error beyond_end(uint64_t offset, size_t length, uint64_t size) {
  return Error{Code::kBadFile,
               fmt::format("the file is cut off: {} bytes at {} were expected, it has {}", length,
                           offset, size),
               "get it again, or leave it out with the source's `files:` pattern",
               {}};
}

}  // namespace

Result<WindowInput> WindowInput::open(const std::filesystem::path& path) {
  RHUMB_ASSIGN(FileDescriptor file, FileDescriptor::open(path, O_RDONLY));
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return file_error("read", path, errno);
  if (S_ISDIR(about.st_mode)) return file_error("read", path, EISDIR);
  return WindowInput(std::move(file), path, static_cast<uint64_t>(about.st_size));
}

Result<std::string_view> WindowInput::at(uint64_t offset, size_t length) {
  if (offset > size_ || length > size_ - offset) return beyond_end(offset, length, size_);
  if (offset < start_ || offset - start_ > window_.size() ||
      length > window_.size() - (offset - start_)) {
    RHUMB_TRY(fill(offset, length));
  }
  return std::string_view(window_).substr(offset - start_, length);
}

Status WindowInput::fill(uint64_t offset, size_t length) {
  const uint64_t wanted = std::min<uint64_t>(std::max(length, kWindow), size_ - offset);
  window_.resize(wanted);
  start_ = offset;
  size_t done = 0;
  while (done < wanted) {
    const ssize_t got = ::pread(file_.get(), window_.data() + done, wanted - done,
                                static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const Error error = file_error("read", path_, errno);
      window_.clear();
      return error;
    }
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  window_.resize(done);
  if (done < length) return beyond_end(offset, length, offset + done);
  return {};
}

}  // namespace rhumb
