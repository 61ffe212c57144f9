#pragma once

#include <string>
#include <vector>

#include "cli/inspect_view.h"

namespace rhumb {

/// What `rhumb inspect --html` writes: one page that stands alone, a section for each of `files`
/// (the layers of one file), with columns, histograms, a map of a sample and the source file.
/// `unread`: layers that could not be read, and why.
[[nodiscard]] std::string inspection_page(const std::vector<InspectedFile>& files,
                                          const std::vector<std::string>& unread);

}  // namespace rhumb
