#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "geo/wkb.h"
#include "run/run_context.h"

namespace rhumb {

/// Exported records that share a header.
struct ExportedFile {
  std::filesystem::path path;
  uint64_t records = 0;
  std::vector<std::string> inputs;  ///< names of the files they stood in, each once
};

/// Writes the quarantined records of a source, as they stood in their files, with the header they
/// need to be read again; marks them as exported. Where files of the source differ in their header,
/// each header gets a file: `bad-1.csv`, `bad-2.csv` in the place of `bad.csv`. kNotFound when
/// nothing waits.
[[nodiscard]] Result<std::vector<ExportedFile>> export_quarantine(RunContext& context,
                                                                  const std::string& source,
                                                                  const std::filesystem::path& to);

struct ReplayReport {
  uint64_t taken = 0;     ///< records that are rows now
  uint64_t rejected = 0;  ///< records that are in quarantine again
  uint64_t version = 0;   ///< of the source; 0 = nothing to replay
};

/// Reads mended records as a new input of the source; the records exported before count as
/// replayed, where several files were exported those of the same header. kBadFile when it has none
/// of their headers.
[[nodiscard]] Result<ReplayReport> replay_file(RunContext& context, const std::string& source,
                                               const std::filesystem::path& file);

/// Reads the quarantined records again as they are, with today's declarations.
[[nodiscard]] Result<ReplayReport> replay_quarantine(RunContext& context,
                                                     const std::string& source);

/// Where the quarantined records of a source are that have a place, in the column's own CRS: the
/// centre of the box of the first geometry, read without what refuses places (extent, (0, 0)).
/// Nothing for tables and for sources without geometry.
[[nodiscard]] Result<std::vector<Position>> quarantined_places(RunContext& context,
                                                               const std::string& source);

}  // namespace rhumb
