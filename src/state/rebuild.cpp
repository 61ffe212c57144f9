#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"
#include "state/sqlite_state.h"

namespace rhumb {

/// REQUIRES: an open Transaction on empty tables.
Status SqliteState::rebuild() {
  RHUMB_ASSIGN(const std::vector<StoredFile> files, files_.list("manifests"));
  std::vector<std::pair<uint64_t, std::string>> candidates;
  for (const StoredFile& file : files) {
    if (const auto version = version_of_manifest_name(file.name)) {
      candidates.emplace_back(*version, file.name);
    }
  }
  // Oldest first, as they were committed: the ledger is told from one version to the next.
  std::sort(candidates.begin(), candidates.end());
  for (const auto& [version, name] : candidates) {
    RHUMB_ASSIGN(const std::optional<Manifest> manifest, restorable(name));
    if (!manifest) continue;
    RHUMB_ASSIGN(const std::string json, files_.get(name));
    RHUMB_TRY(insert_version(*manifest, json));
    RHUMB_TRY(update_ledger(*manifest, {}));
    rebuilt_ = true;
  }
  if (rebuilt_) {
    notes_.push_back(
        "the index was missing and has been rebuilt from the manifests; the history of runs and "
        "the "
        "quarantine could not be");
  }
  return {};
}

/// The manifest of that name when its version can be read whole; otherwise nothing, and a note.
Result<std::optional<Manifest>> SqliteState::restorable(const std::string& name) {
  RHUMB_ASSIGN(const std::string json, files_.get(name));
  auto manifest = manifest_from_json(json, name);
  std::string why;
  if (!manifest.ok()) {
    why = manifest.error().message;
  } else if (manifest_name(manifest->dataset, manifest->version) != name) {
    why = fmt::format("it says it is version {} of {}", manifest->version,
                      printable(manifest->dataset));
  } else if (const Status files = check_files(*manifest); !files.ok()) {
    why = files.error().message;
  } else {
    return std::optional<Manifest>(std::move(manifest).value());
  }
  RHUMB_TRY(set_aside(name, why));
  return std::optional<Manifest>();
}

/// Out of the way of the next version, and still there for whoever wants to know.
Status SqliteState::set_aside(const std::string& name, const std::string& why) {
  notes_.push_back(fmt::format("{} was not taken over: {}", name, why));
  RHUMB_ASSIGN(const std::string content, files_.get(name));
  RHUMB_TRY(files_.put(name + ".damaged", content));
  return files_.remove(name);
}

Result<std::set<std::string>> SqliteState::committed_manifests() {
  std::set<std::string> names;
  RHUMB_ASSIGN(Statement rows, db_->prepare("SELECT manifest FROM versions"));
  RHUMB_TRY(rows.bind().each([&](const Statement& row) { names.insert(row.text(0)); }));
  return names;
}

/// Manifests that were put and then not committed, because the process died in between. Under the
/// write lock, since a commit puts its manifest under it too.
Status SqliteState::remove_orphan_manifests() {
  RHUMB_ASSIGN(const std::vector<StoredFile> files, files_.list("manifests"));
  const auto orphans = [&]() -> Result<std::vector<std::string>> {
    RHUMB_ASSIGN(const std::set<std::string> committed, committed_manifests());
    std::vector<std::string> names;
    for (const StoredFile& file : files) {
      const std::string base = file.name.substr(file.name.rfind('/') + 1);
      const bool ours = version_of_manifest_name(file.name).has_value() || is_temporary_name(base);
      if (ours && !committed.contains(file.name)) names.push_back(file.name);
    }
    return names;
  };
  RHUMB_ASSIGN(const std::vector<std::string> suspects, orphans());
  if (suspects.empty()) return {};
  RHUMB_ASSIGN(const Transaction transaction, Transaction::begin(*db_));
  RHUMB_ASSIGN(const std::vector<std::string> sure, orphans());
  for (const std::string& name : sure) RHUMB_TRY(files_.remove(name));
  return {};
}

}  // namespace rhumb
