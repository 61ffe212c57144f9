#include "state/manifest.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include <fmt/format.h>

namespace rhumb {
namespace {

constexpr std::string_view kFolder = "manifests/";
constexpr std::string_view kSuffix = ".json";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

}  // namespace

uint64_t Manifest::rows() const {
  return std::accumulate(files.begin(), files.end(), uint64_t{0},
                         [](uint64_t sum, const DataFile& file) { return sum + file.rows; });
}

uint64_t Manifest::bytes() const {
  return std::accumulate(files.begin(), files.end(), uint64_t{0},
                         [](uint64_t sum, const DataFile& file) { return sum + file.bytes; });
}

std::string folder_name(const std::string& dataset) {
  std::string out;
  for (const char c : dataset) {
    // A leading dot would hide the folder, or be the folder above.
    if (is_plain(c) && !(c == '.' && out.empty())) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string manifest_name(const std::string& dataset, uint64_t version) {
  return fmt::format("{}{}/{:06}{}", kFolder, folder_name(dataset), version, kSuffix);
}

std::optional<uint64_t> version_of_manifest_name(const std::string& name) {
  std::string_view base(name);
  base.remove_prefix(std::min(base.size(), base.rfind('/') + 1));
  if (!name.starts_with(kFolder) || !base.ends_with(kSuffix)) return std::nullopt;
  base.remove_suffix(kSuffix.size());
  uint64_t version = 0;
  const auto [end, error] = std::from_chars(base.data(), base.data() + base.size(), version);
  if (error != std::errc{} || end != base.data() + base.size() || version == 0) return std::nullopt;
  // Only the spelling that manifest_name gives: `1.json` is somebody else's file.
  if (fmt::format("{:06}", version) != base) return std::nullopt;
  return version;
}

}  // namespace rhumb
