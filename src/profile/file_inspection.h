#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "component/decoder.h"
#include "profile/data_profile.h"

namespace rhumb {

/// What a file holds when it is read with the columns proposed for it.
struct FileInspection {
  std::vector<DeclaredColumn> columns;  ///< proposed; empty = those of the file, undeclared
  DataProfile profile;
  uint64_t rejected = 0;
  std::map<std::string, uint64_t> reasons;  ///< of the rejected records, by name
  std::vector<Reject> first_rejects;        ///< a few
  std::vector<std::string> notes;           ///< of the decoder

  /// Of the records, from 0 to 1.
  [[nodiscard]] double rejected_share() const;
};

/// Reads the file twice: as it is, to learn its columns, and with columns declared for what was
/// found. Up to `limit` rows each time, 0 = all. The decoder's error when it cannot be read.
[[nodiscard]] Result<FileInspection> inspect_file(const Decoder& decoder,
                                                  const std::filesystem::path& path, uint64_t limit,
                                                  const CancelFlag& cancel);

}  // namespace rhumb
