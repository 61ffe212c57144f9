#include "io/http/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include <fmt/format.h>

#include "base/text.h"

namespace rhumb {
namespace {

constexpr size_t kLongestName = 100;

using UrlHandle = std::unique_ptr<CURLU, decltype([](CURLU* url) { curl_url_cleanup(url); })>;

/// "" for parts that are not there.
std::string part_of_url(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string out(text);
  curl_free(text);
  return out;
}

std::string safe_name(std::string_view path) {
  const std::string_view last = path.substr(path.rfind('/') + 1);
  std::string out;
  for (const char c : last.substr(0, kLongestName)) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    out += plain || c == '.' || c == '-' || c == '_' ? c : '_';
  }
  const bool hidden = out.empty() || out.front() == '.' || out.front() == '_';
  return hidden ? "download" + out : out;
}

Error no_url(std::string what) {
  return Error{Code::kBadValue,
               std::move(what),
               "give an address such as https://example.org/trips.csv, or the path of a file",
               {}};
}

}  // namespace

bool is_url(std::string_view text) {
  const size_t scheme = text.find("://");
  return scheme != std::string_view::npos && scheme > 0 &&
         std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(scheme), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-';
         });
}

Result<FileUrl> FileUrl::parse(const std::string& text) {
  const UrlHandle url(curl_url());
  const CURLUcode code =
      curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME);
  if (code != CURLUE_OK)
    return no_url(fmt::format("the address cannot be read: {}", curl_url_strerror(code)));
  const std::string scheme = part_of_url(url.get(), CURLUPART_SCHEME);
  FileUrl out;
  out.text_ = text;
  out.encrypted_ = scheme == "https";
  const std::string path = part_of_url(url.get(), CURLUPART_PATH, CURLU_URLDECODE);
  out.file_name_ = safe_name(path);
  if (scheme == "file") {
    out.path_ = path;
  } else if (scheme != "http" && scheme != "https") {
    return no_url(
        fmt::format("addresses that begin with {}:// are not read; http, https and file "
                    "are",
                    printable(scheme, 20)));
  }
  for (const CURLUPart secret :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT})
    curl_url_set(url.get(), secret, nullptr, 0);
  out.shown_ = printable(part_of_url(url.get(), CURLUPART_URL), 200);
  return out;
}

}  // namespace rhumb
