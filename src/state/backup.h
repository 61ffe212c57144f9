#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "state/state.h"

namespace rhumb {

/// What a backup holds, and what making or restoring it took.
struct BackupReport {
  uint64_t datasets = 0;
  uint64_t versions = 0;
  uint64_t files = 0;  ///< manifests and data files
  uint64_t bytes = 0;  ///< of them
  uint64_t copied_files = 0;
  uint64_t copied_bytes = 0;
  uint64_t removed_files = 0;  ///< that an earlier backup had and the store has no more
};

/// Copies a store as it is at one moment into the folder `to`, while runs go on: every version with
/// its manifest and files, the ledger, the runs, the quarantine. The copy is laid out as a store
/// (docs/formats/store.md) and has a `backup.json`.
///
/// `to` is missing, empty, or an earlier backup: of that one, files that are still wanted stay, as
/// they never change, and what is wanted no more goes last. Until its `state.db` is replaced, in
/// one step, it is the earlier backup. kUsage when something else is there, or when it lies in the
/// store; kBusy while another backup writes to it. Durable when it returns. O(files of all
/// versions).
///
/// REQUIRES: `state` is that of the store. Wherever that lies, the backup's is a file.
[[nodiscard]] Result<BackupReport> back_up(State& state, const std::filesystem::path& store,
                                           const std::filesystem::path& to);

/// Makes the folder `store`, which is missing or empty, the store that was backed up; whole, or not
/// at all. kState names the manifest or file that is missing or changed; a data file that an older
/// Rhumb wrote is compared by its length alone. Durable when it returns.
[[nodiscard]] Result<BackupReport> restore_backup(const std::filesystem::path& backup,
                                                  const std::filesystem::path& store);

}  // namespace rhumb
