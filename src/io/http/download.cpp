#include "io/http/download.h"

#include <curl/curl.h>
#include <fcntl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"
#include "rhumb_version.h"

namespace rhumb {
namespace {

constexpr long kRedirections = 5;

using Transfer = std::unique_ptr<CURL, decltype([](CURL* handle) { curl_easy_cleanup(handle); })>;

/// What the library's callbacks work on.
struct Receiver {
  const FileUrl& url;
  const std::filesystem::path& path;
  const DownloadLimits& limits;
  const DownloadProgress& progress;
  const CancelFlag& cancel;
  FileDescriptor file;
  uint64_t received = 0;
  std::optional<Error> failed;  ///< why a callback ended the transfer

  [[nodiscard]] Error too_large() const {
    return Error{
        Code::kBadFile,
        fmt::format("{} is larger than {}", url.shown(), human_bytes(limits.bytes)),
        "allow more with --most SIZE, or fetch it with another program and inspect the file",
        {}};
  }
};

extern "C" size_t take_bytes(char* bytes, size_t size, size_t count, void* to) {
  auto& receiver = *static_cast<Receiver*>(to);
  const size_t length = size * count;
  if (receiver.received + length > receiver.limits.bytes) {
    receiver.failed = receiver.too_large();
    return CURL_WRITEFUNC_ERROR;
  }
  if (Status written = write_all(receiver.file, {bytes, length}, receiver.path); !written.ok()) {
    receiver.failed = std::move(written).error();
    return CURL_WRITEFUNC_ERROR;
  }
  receiver.received += length;
  return length;
}

extern "C" int tell_progress(void* to, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  auto& receiver = *static_cast<Receiver*>(to);
  if (receiver.cancel.requested()) {
    receiver.failed = Error{Code::kCancelled, "cancelled", "", {}};
    return 1;
  }
  if (receiver.progress)
    receiver.progress(static_cast<uint64_t>(done), static_cast<uint64_t>(total));
  return 0;
}

void set_options(CURL* handle, const FileUrl& url, Receiver& receiver, char* message) {
  const bool encrypted = url.is_encrypted();
  curl_easy_setopt(handle, CURLOPT_URL, url.text().c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, encrypted ? "https" : "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, kRedirections);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, long{receiver.limits.connect_seconds});
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, long{receiver.limits.idle_seconds});
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE,
                   static_cast<curl_off_t>(receiver.limits.bytes));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "rhumb/" RHUMB_VERSION);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &receiver);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, tell_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &receiver);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

Error answered(const FileUrl& url, long status) {
  const bool missing = status == 404 || status == 410;
  const bool denied = status == 401 || status == 403;
  return Error{missing ? Code::kNotFound : Code::kIo,
               fmt::format("the server answers {} to {}", status, url.shown()),
               missing  ? "there is no such file; check the address"
               : denied ? "it wants to know who asks; fetch the file with a program that can log "
                          "in, and inspect that"
                        : "try again later, or fetch it with another program",
               {}};
}

Error transfer_error(CURL* handle, CURLcode code, const Receiver& receiver, const char* message) {
  if (receiver.failed) return *receiver.failed;
  if (code == CURLE_FILESIZE_EXCEEDED) return receiver.too_large();
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return answered(receiver.url, status);
  }
  const std::string why = *message != '\0' ? message : curl_easy_strerror(code);
  const bool before = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
                      code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR ||
                      code == CURLE_PEER_FAILED_VERIFICATION;
  return Error{before                             ? Code::kConnect
               : code == CURLE_OPERATION_TIMEDOUT ? Code::kTimeout
                                                  : Code::kIo,
               fmt::format("{} cannot be fetched: {}", receiver.url.shown(), printable(why)),
               before ? "check the address and the network" : "try again",
               {}};
}

}  // namespace

Status download(const FileUrl& url, const std::filesystem::path& to, const DownloadLimits& limits,
                const DownloadProgress& progress, const CancelFlag& cancel) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const Transfer handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) return Error{Code::kIo, "the network library cannot be started", "", {}};
  RHUMB_ASSIGN(FileDescriptor file, FileDescriptor::open(to, O_WRONLY | O_CREAT | O_EXCL, 0644));
  Receiver receiver{.url = url,
                    .path = to,
                    .limits = limits,
                    .progress = progress,
                    .cancel = cancel,
                    .file = std::move(file),
                    .failed = {}};
  std::array<char, CURL_ERROR_SIZE> message{};
  set_options(handle.get(), url, receiver, message.data());
  const CURLcode code = curl_easy_perform(handle.get());
  if (code == CURLE_OK) return {};
  std::error_code ignored;
  std::filesystem::remove(to, ignored);
  return transfer_error(handle.get(), code, receiver, message.data());
}

}  // namespace rhumb
