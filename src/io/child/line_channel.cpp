#include "io/child/line_channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace rhumb {
namespace {

Error gone() {
  return Error{Code::kNotFound, "the other side is gone", "", {}};
}

/// False after `wait`.
bool is_readable(const FileDescriptor& file, std::chrono::milliseconds wait) {
  pollfd entry{.fd = file.get(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, static_cast<int>(wait.count())) > 0;
}

}  // namespace

Result<LineChannel> LineChannel::listen(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    return Error{Code::kIo,
                 fmt::format("the path of a socket has {} bytes, at most {} go: {}", text.size(),
                             sizeof address.sun_path - 1, text),
                 "let TMPDIR name a folder with a shorter path",
                 {}};
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // The system's own way to pass addresses. NOLINTNEXTLINE(*-reinterpret-cast)
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!listener.is_open() || ::bind(listener.get(), generic, sizeof address) != 0 ||
      ::listen(listener.get(), 1) != 0) {
    return file_error("listen at", path, errno);
  }
  return LineChannel(std::move(listener));
}

Result<bool> LineChannel::accept(std::chrono::milliseconds wait) {
  if (!is_readable(listener_, wait)) return false;
  FileDescriptor peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!peer.is_open()) return gone();
  peer_ = std::move(peer);
  return true;
}

Result<std::optional<std::string>> LineChannel::read_line(std::chrono::milliseconds wait) {
  for (;;) {
    if (const size_t end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return std::optional(std::move(line));
    }
    if (!is_readable(peer_, wait)) return std::optional<std::string>();
    std::array<char, 4096> chunk{};
    const ssize_t n = ::read(peer_.get(), chunk.data(), chunk.size());
    if (n == 0 || (n < 0 && errno != EINTR)) return gone();
    if (n > 0) received_.append(chunk.data(), static_cast<size_t>(n));
  }
}

Status LineChannel::write_line(const std::string& line) {
  const std::string whole = line + "\n";
  size_t sent = 0;
  while (sent < whole.size()) {
    // A peer that went away is an error here, not a signal.
    const ssize_t n = ::send(peer_.get(), whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return gone();
    sent += static_cast<size_t>(n);
  }
  return {};
}

}  // namespace rhumb
