#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/cancel.h"
#include "base/result.h"
#include "io/http/url.h"

namespace rhumb {

struct DownloadLimits {
  uint64_t bytes = uint64_t{1} << 30;
  int connect_seconds = 30;
  int idle_seconds = 60;  ///< without a byte
};

/// Bytes so far, and in all (0 = the server does not say).
using DownloadProgress = std::function<void(uint64_t done, uint64_t total)>;

/// Fetches the URL's content, as the server sends it, into the new file `to`; a part of it is
/// removed on failure. Up to 5 redirections are followed, to http and https only and never from
/// https to http; user and password go to the first host alone. Takes the proxy of the environment;
/// no cookies, no .netrc. kConnect, kNotFound (404, 410), kIo (other answers, a connection that
/// broke), kTimeout, kBadFile (larger than the limit), kCancelled; none names more of the URL than
/// its shown(). REQUIRES: !url.is_local()
Status download(const FileUrl& url, const std::filesystem::path& to, const DownloadLimits& limits,
                const DownloadProgress& progress, const CancelFlag& cancel);

}  // namespace rhumb
