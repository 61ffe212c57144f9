#include "state/manifest.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include <fmt/format.h>

namespace rhumb {
namespace {

constexpr std::string_view kFolder = "manifests/";
constexpr std::string_view kSuffix = ".json";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

std::set<std::string> part_paths(const std::vector<DataFile>& files) {
  std::set<std::string> paths;
  for (const DataFile& file : files) {
    if (file.parts.empty()) paths.insert(file.path);
    for (const FilePart& part : file.parts) paths.insert(part.path);
  }
  return paths;
}

/// How many of the file's parts are among `paths`: all, some or none.
enum class Presence : uint8_t { kNone, kSome, kAll };
Presence presence(const DataFile& file, const std::set<std::string>& paths) {
  if (file.parts.empty()) return paths.contains(file.path) ? Presence::kAll : Presence::kNone;
  const auto found = std::count_if(file.parts.begin(), file.parts.end(),
                                   [&](const FilePart& part) { return paths.contains(part.path); });
  if (found == 0) return Presence::kNone;
  return static_cast<size_t>(found) == file.parts.size() ? Presence::kAll : Presence::kSome;
}

}  // namespace

FileChange file_change(const Manifest& then, const Manifest& now) {
  const std::set<std::string> before = part_paths(then.files);
  const std::set<std::string> after = part_paths(now.files);
  FileChange change;
  for (const DataFile& file : now.files) {
    const Presence present = presence(file, before);
    if (present != Presence::kAll) change.added.push_back(file);
    if (present == Presence::kSome) change.removed.push_back(file);
  }
  for (const DataFile& file : then.files) {
    if (presence(file, after) != Presence::kAll) change.removed.push_back(file);
  }
  return change;
}

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

std::string name_in_folder(std::string_view folder) {
  std::string out;
  for (size_t i = 0; i < folder.size(); ++i) {
    unsigned code = 0;
    const char* const digits = folder.data() + i + 1;
    const bool escaped = folder[i] == '%' && i + 2 < folder.size() &&
                         std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2;
    out += escaped ? static_cast<char>(code) : folder[i];
    if (escaped) i += 2;
  }
  return out;
}

std::string manifest_name(const std::string& dataset, uint64_t version) {
  return fmt::format("{}{}/{:06}{}", kFolder, folder_name(dataset), version, kSuffix);
}

std::string newest_name(const std::string& dataset) {
  return fmt::format("{}{}/newest", kFolder, folder_name(dataset));
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
