#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "component/engine.h"

namespace rhumb {

/// A file as the store lists it.
struct StoredFile {
  std::string name;  ///< relative to the store's root, `/` between parts
  uint64_t bytes = 0;
  Micros changed_at = 0;  ///< when it came to its present place or was last written, the later
};

/// Where files lie. A local folder here; an object store implements the same. Names are relative,
/// with `/` between parts; `.`, `..` and empty parts are refused. Thread-safe.
class FileStore {
 public:
  virtual ~FileStore() = default;
  /// A fresh folder for files in the making, on the same file system as the store. It goes with
  /// this object or, after a crash, with the next clean-up.
  virtual Result<std::filesystem::path> staging(const std::string& run,
                                                const std::string& dataset) = 0;
  /// Moves finished files to their final place, durable when it returns (file and folder synced).
  /// `path` of each file, absolute or relative to the store, becomes relative to the store; `bytes`
  /// and `sha256` become the file's own. Never replaces a file: each call has a folder of its own.
  virtual Result<std::vector<DataFile>> adopt(const std::string& dataset, uint64_t version,
                                              std::vector<DataFile> files) = 0;
  virtual Status put(const std::string& name,
                     const std::string& content) = 0;  ///< durable, whole or not at all
  virtual Result<std::string> get(const std::string& name) = 0;
  virtual Result<bool> exists(const std::string& name) = 0;
  /// All files below that folder, ordered by name; none when there is no such folder.
  virtual Result<std::vector<StoredFile>> list(const std::string& folder) = 0;
  virtual Status remove(const std::string& name) = 0;  ///< fine when absent
  /// Removes the staging folders of processes that are gone; their names.
  virtual Result<std::vector<std::string>> remove_abandoned_staging() = 0;
  [[nodiscard]] virtual std::string absolute(const std::string& name) const = 0;
};

/// The local folder: ROOT/data/DATASET/..., ROOT/manifests/DATASET/..., ROOT/staging/...
/// (docs/formats/store.md)
[[nodiscard]] Result<std::unique_ptr<FileStore>> open_local_store(
    const std::filesystem::path& root);

}  // namespace rhumb
