#include "state/verify.h"

#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/hash.h"

namespace rhumb {
namespace {

namespace fs = std::filesystem;

Error damaged_file(const fs::path& path, const std::string& what) {
  return {Code::kState,
          fmt::format("{} {}", printable(path.native(), 1000), what),
          "restore it from a backup with rhumb restore, or build its versions anew with rhumb run "
          "--full-refresh",
          {}};
}

/// A version that went while we looked took its files along.
Result<bool> still_kept(State& state, const Manifest& version) {
  const auto again = state.manifest(version.dataset, version.version);
  if (again.ok()) return true;
  if (again.error().code == Code::kNotFound) return false;
  return again.error();
}

}  // namespace

Status check_content(const fs::path& path, const KnownFile& known, const CancelFlag* cancel) {
  std::error_code failed;
  const uint64_t bytes = fs::file_size(path, failed);
  if (failed) return damaged_file(path, "is missing");
  if (bytes != known.bytes)
    return damaged_file(path,
                        fmt::format("has {} bytes, its manifest says {}", bytes, known.bytes));
  if (known.sha256.empty()) return {};
  RHUMB_ASSIGN(const std::string found, sha256_file(path, cancel));
  if (found == known.sha256) return {};
  return damaged_file(path, "holds other bytes than those that were written: its SHA-256 differs");
}

Result<VerifyReport> verify_store(State& state, FileStore& files, const CancelFlag& cancel,
                                  const std::function<void(const DataFile&)>& seen) {
  VerifyReport report;
  RHUMB_ASSIGN(const auto datasets, state.datasets());
  for (const std::string& dataset : datasets) {
    const auto versions = state.versions(dataset);
    if (!versions.ok()) {
      report.damaged.push_back(versions.error());
      continue;
    }
    std::set<std::string> known;
    for (const Manifest& version : *versions) {
      ++report.versions;
      for (const DataFile& file : version.files) {
        if (!known.insert(file.path).second) continue;
        Status whole = check_content(files.absolute(file.path), {file.bytes, file.sha256}, &cancel);
        if (!whole.ok() && whole.error().code == Code::kCancelled) return whole.error();
        if (!whole.ok()) {
          RHUMB_ASSIGN(const bool kept, still_kept(state, version));
          if (kept) report.damaged.push_back(std::move(whole).error());
        }
        ++report.files;
        report.bytes += file.bytes;
        if (file.sha256.empty()) ++report.without_hash;
        if (seen) seen(file);
      }
    }
  }
  return report;
}

}  // namespace rhumb
