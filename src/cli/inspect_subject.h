#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/console.h"
#include "cli/inspect_view.h"
#include "decode/detect/detect_format.h"
#include "decode/detect/file_layers.h"
#include "io/fs/temporary_folder.h"
#include "io/http/url.h"

namespace rhumb {

/// A file that `rhumb inspect` looks at, and how its layers are chosen.
struct InspectSubject {
  std::filesystem::path path;
  std::string origin;               ///< its name, or the address it is from
  std::string folder;               ///< where a source is to read it from
  std::vector<std::string> others;  ///< files beside it in the same folder
  DetectedFormat found;
  std::string format;  ///< of the decoder to read it with
  FileLayers layers;
  std::shared_ptr<const TemporaryFolder> keep;  ///< what was fetched and goes with this
};

/// A file, or the first one of a folder.
[[nodiscard]] Result<InspectSubject> find_subject(const std::string& path);

/// Fetches a file of at most `most` bytes, into the folder `save` or, when that is "", a temporary
/// one, and says where it is. Never replaces a file. REQUIRES: !url.is_local()
[[nodiscard]] Result<InspectSubject> fetch_subject(const FileUrl& url, const std::string& save,
                                                   uint64_t most, Console& console);

/// Reads up to `limit` rows of it (0 = all); `layer`: "" = the file is one.
[[nodiscard]] Result<InspectedFile> inspect_subject(const InspectSubject& subject,
                                                    const std::string& layer, uint64_t limit);

}  // namespace rhumb
