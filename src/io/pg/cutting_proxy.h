#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#include "base/secret.h"

namespace rhumb {

/// Stands between a test and its server, for one connection at a time, and breaks the connection at
/// the worst moment: the server has committed, and its answer is lost.
class CuttingProxy {
 public:
  /// REQUIRES: `server` is a URL with an address of this machine and a port.
  explicit CuttingProxy(const Secret& server) {
    const std::string& url = server.reveal();
    const size_t at = url.rfind('@') + 1;
    const size_t colon = url.find(':', at);
    const size_t slash = url.find('/', colon);
    server_port_ = static_cast<uint16_t>(std::stoi(url.substr(colon + 1, slash - colon - 1)));
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = local(0);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(listener_, 8);
    socklen_t size = sizeof(address);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = Secret(url.substr(0, at) + "127.0.0.1:" + std::to_string(ntohs(address.sin_port)) +
                  url.substr(slash));
    worker_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  ~CuttingProxy() {
    worker_ = std::jthread();
    ::close(listener_);
  }
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  [[nodiscard]] const Secret& url() const { return url_; }
  /// The answer to the `nth` COMMIT from now on is lost, with the connection.
  void lose_commit(int nth = 1) { until_cut_ = nth; }
  [[nodiscard]] int cuts() const { return cuts_; }

 private:
  static sockaddr_in local(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static bool readable(int socket) {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 5) > 0;
  }

  void work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!readable(listener_)) continue;
      const int client = ::accept(listener_, nullptr, nullptr);
      const int server = ::socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address = local(server_port_);
      if (::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0)
        forward(client, server, stop);
      ::close(client);
      ::close(server);
    }
  }
  void forward(int client, int server, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (readable(client) && !pass_on(client, server)) return;
      if (readable(server) && !pass_on(server, client)) return;
    }
  }
  /// False at the end of the connection.
  bool pass_on(int from, int to) {
    std::array<char, 65536> bytes;
    const ssize_t n = ::read(from, bytes.data(), bytes.size());
    if (n <= 0) return false;
    const std::string_view text(bytes.data(), static_cast<size_t>(n));
    // What the server answers to COMMIT: the kind of message, its length, the words.
    constexpr std::string_view kCommitted(
        "C\0\0\0\x0B"
        "COMMIT\0",
        12);
    if (until_cut_ > 0 && text.find(kCommitted) != std::string_view::npos && --until_cut_ == 0) {
      ++cuts_;
      return false;
    }
    return ::write(to, bytes.data(), text.size()) == n;
  }

  uint16_t server_port_ = 0;
  int listener_ = -1;
  Secret url_;
  std::atomic<int> until_cut_{0};
  std::atomic<int> cuts_{0};
  std::jthread worker_;
};

}  // namespace rhumb
