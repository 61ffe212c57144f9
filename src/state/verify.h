#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "state/file_store.h"
#include "state/state.h"

namespace rhumb {

/// A file as its manifest knows it.
struct KnownFile {
  uint64_t bytes = 0;
  std::string sha256;  ///< "" = not known: only the length can be compared
};

/// kState, naming the file, when it is missing, has another length or another content; kCancelled.
/// Reads the whole file.
[[nodiscard]] Status check_content(const std::filesystem::path& path, const KnownFile& known,
                                   const CancelFlag* cancel = nullptr);

struct VerifyReport {
  uint64_t versions = 0;
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t without_hash = 0;  ///< of `files`: compared by length
  Errors damaged;             ///< files and manifests
};

/// Reads every data file that a kept version names, each once, and compares it with its manifest;
/// those with the index. Takes as long as reading the store. `seen` is told of each file, for
/// progress; may be empty. Runs may go on: what is cleaned up meanwhile is no damage.
[[nodiscard]] Result<VerifyReport> verify_store(State& state, FileStore& files,
                                                const CancelFlag& cancel,
                                                const std::function<void(const DataFile&)>& seen);

}  // namespace rhumb
