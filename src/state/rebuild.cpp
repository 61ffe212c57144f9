#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "io/fs/file.h"
#include "state/sql_state.h"

namespace rhumb {
namespace {

/// The version up to which the manifests of a folder were committed. Nothing when nobody has said:
/// a store of the time before it was written, or a damaged file.
std::optional<uint64_t> acknowledged_version(FileStore& store, const std::string& folder) {
  const auto text = store.get(folder + "/newest");
  if (!text.ok()) return std::nullopt;
  const std::string_view digits = trim(*text);
  uint64_t version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return version;
}

}  // namespace

/// REQUIRES: within write(), on empty tables.
Status SqlState::rebuild() {
  RHUMB_ASSIGN(const std::vector<StoredFile> files, files_.list("manifests"));
  RHUMB_ASSIGN(const std::vector<std::string> missing, missing_manifests(files, true));
  RHUMB_ASSIGN(const uint64_t taken, take_over(missing));
  rebuilt_ = taken > 0;
  if (rebuilt_) {
    notes_.push_back(
        "the index was missing and has been rebuilt from the manifests; the history of runs and "
        "the quarantine could not be");
  }
  return {};
}

/// After a crash, and when somebody put an older state.db in the place of ours: index and manifests
/// say the same again. Looks without the write lock, which is free unless there is work.
Status SqlState::reconcile() {
  RHUMB_ASSIGN(const std::vector<StoredFile> files, files_.list("manifests"));
  RHUMB_ASSIGN(const std::vector<std::string> missing, missing_manifests(files, false));
  RHUMB_ASSIGN(const std::vector<std::string> orphans, orphan_manifests(files));
  if (!missing.empty() || !orphans.empty()) {
    uint64_t taken = 0;
    const Status mended = db_->write([&]() -> Status {
      // Looked at again: what was missing or left over may have been a commit under way.
      RHUMB_ASSIGN(const std::vector<std::string> still_missing, missing_manifests(files, false));
      RHUMB_ASSIGN(taken, take_over(still_missing));
      RHUMB_ASSIGN(const std::vector<std::string> sure, orphan_manifests(files));
      for (const std::string& name : sure) RHUMB_TRY(files_.remove(name));
      return {};
    });
    RHUMB_TRY(mended);
    if (taken > 0) {
      notes_.push_back(fmt::format(
          "the index was older than the manifests: {} {} taken over from them; the history of runs "
          "and the quarantine may lack something",
          human_count(taken), taken == 1 ? "version was" : "versions were"));
    }
  }
  return acknowledge_all();
}

/// Manifests of versions that were committed and that the index does not know, oldest first. Those
/// between versions that it does know were cleaned up.
Result<std::vector<std::string>> SqlState::missing_manifests(const std::vector<StoredFile>& files,
                                                             bool fresh) {
  std::map<std::string, uint64_t> known;  // newest version by folder
  RHUMB_TRY(db_->each(
      "SELECT dataset, max(version) FROM versions GROUP BY dataset",
      [&](const StateRow& row) { known["manifests/" + folder_name(row.text(0))] = row.count(1); }));
  std::map<std::string, std::optional<uint64_t>> acknowledged;
  std::vector<std::pair<uint64_t, std::string>> missing;
  for (const StoredFile& file : files) {
    const auto version = version_of_manifest_name(file.name);
    if (!version) continue;
    const std::string folder = file.name.substr(0, file.name.rfind('/'));
    const auto newest = known.find(folder);
    if (newest != known.end() && *version <= newest->second) continue;
    if (!acknowledged.contains(folder)) acknowledged[folder] = acknowledged_version(files_, folder);
    // Without that file all count when there is no index at all, and none when there is one.
    if (acknowledged[folder] ? *version <= *acknowledged[folder] : fresh)
      missing.emplace_back(*version, file.name);
  }
  std::sort(missing.begin(), missing.end());
  std::vector<std::string> names;
  for (auto& [version, name] : missing) names.push_back(std::move(name));
  return names;
}

/// REQUIRES: within write(). In the order in which they were committed: the ledger is told
/// from one version to the next. How many could be.
Result<uint64_t> SqlState::take_over(const std::vector<std::string>& names) {
  uint64_t taken = 0;
  for (const std::string& name : names) {
    RHUMB_ASSIGN(const std::optional<Manifest> manifest, restorable(name));
    if (!manifest) continue;
    RHUMB_ASSIGN(const std::string json, files_.get(name));
    RHUMB_TRY(insert_version(*manifest, json, false));
    RHUMB_TRY(update_ledger(*manifest, {}));
    ++taken;
  }
  return taken;
}

/// The manifest of that name when its version can be read whole; otherwise nothing, and a note.
Result<std::optional<Manifest>> SqlState::restorable(const std::string& name) {
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
Status SqlState::set_aside(const std::string& name, const std::string& why) {
  notes_.push_back(fmt::format("{} was not taken over: {}", name, why));
  RHUMB_ASSIGN(const std::string content, files_.get(name));
  RHUMB_TRY(files_.put(name + ".damaged", content));
  return files_.remove(name);
}

Error SqlState::damaged(const std::string& why) const {
  return Error{
      Code::kState, fmt::format("{} is damaged: {}", db_->describe(), why), kRebuildHint, {}};
}

/// Manifests of no version: put before an older Rhumb was killed, or long after the version was
/// cleaned up; and what a killed process left half written. Sure only under the write lock, under
/// which manifests are put.
Result<std::vector<std::string>> SqlState::orphan_manifests(const std::vector<StoredFile>& files) {
  std::set<std::string> committed;
  bool consistent = true;
  RHUMB_TRY(db_->each("SELECT manifest, dataset, version FROM versions", [&](const StateRow& row) {
    committed.insert(row.text(0));
    consistent = consistent && row.text(0) == manifest_name(row.text(1), row.count(2));
  }));
  // Else the manifest of that version would be taken for nobody's.
  if (!consistent) return damaged("a version names a manifest that is not its own");
  RHUMB_ASSIGN(const std::vector<std::string> missing, missing_manifests(files, false));
  committed.insert(missing.begin(), missing.end());
  std::vector<std::string> names;
  for (const StoredFile& file : files) {
    const std::string base = file.name.substr(file.name.rfind('/') + 1);
    const bool ours = version_of_manifest_name(file.name).has_value() || is_temporary_name(base);
    if (ours && !committed.contains(file.name)) names.push_back(file.name);
  }
  return names;
}

/// For commits whose process died before it could, and after a rebuild that left versions out.
Status SqlState::acknowledge_all() {
  RHUMB_ASSIGN(const std::vector<std::string> behind, unacknowledged());
  for (const std::string& dataset : behind) RHUMB_TRY(acknowledge(dataset));
  return {};
}

/// Datasets whose manifests are not all beside the others, or not all said to be.
Result<std::vector<std::string>> SqlState::unacknowledged() {
  std::vector<std::string> behind;
  RHUMB_TRY(db_->each(
      "SELECT dataset, max(version), count(manifest_text) FROM versions GROUP BY dataset",
      [&](const StateRow& row) {
        const std::string dataset = row.text(0);
        const auto said = acknowledged_version(files_, "manifests/" + folder_name(dataset));
        if (said != row.count(1) || row.count(2) > 0) behind.push_back(dataset);
      }));
  if (std::find(behind.begin(), behind.end(), "") == behind.end()) return behind;
  // No commit writes that.
  return damaged("it has a version of no dataset");
}

}  // namespace rhumb
