#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "component/engine.h"
#include "component/source.h"

namespace rhumb {

/// An input that a version took in.
struct LedgerEntry {
  std::string id;  ///< made by the ledger; stands in `_input` of the rows
  std::string dataset;
  Announcement announcement;
  std::string content_hash;  ///< SHA-256 in hex; "" for tables
  uint64_t rows = 0;
  uint64_t rejected = 0;
  Micros taken_at = 0;
  std::string run;
  bool operator==(const LedgerEntry&) const = default;
};

/// The result of one assert on one version.
struct CheckResult {
  std::string name;  ///< `not_null(region)`
  bool passed = true;
  std::string detail;  ///< `5,009,881 + 2,519 outside = 5,012,400`; the failing rows, in words
  bool operator==(const CheckResult&) const = default;
};

/// The immutable description of one version of one dataset. Written once as JSON
/// (docs/formats/manifest.md), synced, and then named by the commit.
struct Manifest {
  int format = 1;
  std::string dataset;
  uint64_t version = 0;
  uint64_t previous = 0;  ///< version before it, 0 = first
  std::string run;
  Micros created_at = 0;
  std::string reason;       ///< why it was made, as the plan said
  std::string definition;   ///< hash of the model or source that made it
  std::string fingerprint;  ///< tables: what change detection keeps
  std::optional<uint64_t> rolled_back_to;
  Schema schema;
  std::vector<DataFile> files;
  std::vector<LedgerEntry> inputs;           ///< all inputs whose rows are in `files`
  std::map<std::string, uint64_t> upstream;  ///< versions of the datasets it was built from
  std::vector<CheckResult> checks;
  [[nodiscard]] uint64_t rows() const;
  [[nodiscard]] uint64_t bytes() const;
  /// The version whose content this is: what targets show and number. Differs from `version` after
  /// a rollback only.
  [[nodiscard]] uint64_t content_version() const { return rolled_back_to.value_or(version); }
  bool operator==(const Manifest&) const = default;
};

/// The newest manifest format this build reads and the one it writes.
inline constexpr int kManifestFormat = 1;

/// What makes two versions differ. Merging files changes no rows: a merged file stands for its
/// parts.
struct FileChange {
  std::vector<DataFile> added;    ///< of the later version, with rows that were not there
  std::vector<DataFile> removed;  ///< with rows that are there no more; and those of `added` of
                                  ///< which some rows were there
};
/// O(n log n).
[[nodiscard]] FileChange file_change(const Manifest& then, const Manifest& now);

/// One line per file, input and check, so that two versions can be compared with diff. Text that is
/// not UTF-8 is written with U+FFFD in place of the bad bytes.
[[nodiscard]] std::string to_json(const Manifest& manifest);
/// `origin` names the file in errors. Takes any bytes; unknown keys are ignored, a newer format is
/// refused. kState for whatever is not a manifest.
[[nodiscard]] Result<Manifest> manifest_from_json(const std::string& json,
                                                  const std::string& origin);

/// Name of a version's manifest in the FileStore: `manifests/trips/000012.json`.
[[nodiscard]] std::string manifest_name(const std::string& dataset, uint64_t version);
/// The version that a name made by manifest_name stands for; nothing for every other name.
[[nodiscard]] std::optional<uint64_t> version_of_manifest_name(const std::string& name);
/// Name of the file that says up to which version a dataset's manifests were committed:
/// `manifests/trips/newest`.
[[nodiscard]] std::string newest_name(const std::string& dataset);
/// A dataset's name as one part of a path: what is not `A-Z a-z 0-9 _ - .` becomes %XX.
[[nodiscard]] std::string folder_name(const std::string& dataset);
/// The name of which folder_name() has made that.
[[nodiscard]] std::string name_in_folder(std::string_view folder);

}  // namespace rhumb
